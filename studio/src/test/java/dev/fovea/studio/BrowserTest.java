package dev.fovea.studio;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that needs a browser. Where there is none it is left out and says so in one line, unless
 * the environment asks for it by {@code FOVEA_BROWSER=required}, as CI does.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BrowserTest.Condition.class)
@interface BrowserTest {
  /** Whether there is a browser, or there must be one. */
  final class Condition implements ExecutionCondition {
    private static final ConditionEvaluationResult THERE =
        ConditionEvaluationResult.enabled("there is a browser");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (BrowserPage.isThere()) {
        return THERE;
      }
      String missing = "studio: no chromium and node in PATH, so its pages are not tested";
      if ("required".equals(System.getenv("FOVEA_BROWSER"))) {
        throw new AssertionError(missing + "; FOVEA_BROWSER=required asks for that");
      }
      System.err.println(missing);
      return ConditionEvaluationResult.disabled(missing);
    }
  }
}

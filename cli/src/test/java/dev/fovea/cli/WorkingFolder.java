package dev.fovea.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A field that holds an empty folder in which a warm JVM works; {@link Command#in} runs the command
 * there. A field of the instance holds it for a test, a static one for all tests of the class.
 *
 * <p>A JVM cannot change its working folder, so the folder outlives the test: it is emptied and
 * given to the next one, together with its JVM.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(WorkingFolders.class)
@interface WorkingFolder {}

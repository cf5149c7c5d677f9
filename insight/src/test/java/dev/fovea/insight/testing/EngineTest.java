package dev.fovea.insight.testing;

import dev.fovea.engine.Engine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that run on an engine of each kernel provider. */
@ParameterizedClass
@ValueSource(strings = {"scalar", "simd"})
public abstract class EngineTest {
  /** The name of the provider. */
  @Parameter protected String provider = "";

  /** The engine of the test that runs. */
  protected Engine engine = Engine.idle();

  /** Does nothing. */
  protected EngineTest() {}

  @BeforeEach
  final void start() {
    engine = Engines.of(provider);
  }

  @AfterEach
  final void end() {
    engine.close();
  }
}

package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.studio.web.Events;
import dev.fovea.systems.detect.Detector;
import org.junit.jupiter.api.Test;

/** The detector that learns while one watches. */
final class SceneLearnerTest {
  /** Sixteen scenes are far too few to learn from, but enough to come to the end. */
  @Test
  void isThereAtOnceAndLearnsToTheEnd() throws InterruptedException {
    Workspace workspace = new Workspace();
    SceneLearner learner = new SceneLearner(workspace, new Events(), 16);
    String scene = learner.begin();
    assertThat(learner.begin()).isEqualTo(scene);
    assertThat(workspace.picture(scene).image().shape()).hasToString("[96,96,3]");
    Detector detector = Detector.of(workspace.model(SceneLearner.ID).model());
    assertThat(detector.labels()).contains("ball", "figure");
    assertThat(detector.detect(workspace.picture(scene).image())).isEmpty();
    learner.await();
    assertThat(learner.progress().step()).isEqualTo(16);
    assertThat(learner.progress().loss()).isPositive();
    assertThat(workspace.model(SceneLearner.ID).rule().preprocessing().height()).isEqualTo(96);
  }

  /** Without a stop there would be 40 steps. */
  @Test
  void stopsWhenItIsAskedTo() throws InterruptedException {
    SceneLearner learner = new SceneLearner(new Workspace(), new Events(), 40);
    learner.begin();
    learner.stop();
    learner.await();
    assertThat(learner.progress().steps()).isEqualTo(40);
    assertThat(learner.progress().step()).isLessThan(40);
    assertThat(learner.progress().problem()).isEmpty();
  }

  /** The last stays open, however large it is. */
  @Test
  void closesTheOldestWhereMemoryIsShort() {
    Workspace workspace = new Workspace(3_000);
    for (int i = 0; i < 5; i++) {
      workspace.put("picture " + i, EightBits.digit(i)); // 3,136 bytes each
    }
    assertThat(workspace.pictures()).hasSize(1);
    assertThat(workspace.pictures().getFirst().name()).isEqualTo("picture 4");
  }
}

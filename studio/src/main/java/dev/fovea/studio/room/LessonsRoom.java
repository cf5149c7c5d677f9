package dev.fovea.studio.room;

import dev.fovea.studio.lesson.Experiment;
import dev.fovea.studio.lesson.Experiments;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Computes what the lessons show, one experiment at a time. */
public final class LessonsRoom implements Room {
  /** Created by the first who asks: a studio that starts has no time for them. */
  private @Nullable List<Experiment> all;

  private final Lock one = new ReentrantLock();

  /** Creates the room. */
  public LessonsRoom() {}

  @Override
  public String name() {
    return "lessons";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    List<Experiment> all = all();
    Experiment asked =
        all.stream()
            .filter(e -> e.name().equals(request.action()))
            .findFirst()
            .orElseThrow(() ->
                new Refusal(
                    404,
                    "lessons: knows "
                        + String.join(", ", all.stream().map(Experiment::name).toList())));
    var settings = request.json();
    one.lock();
    try {
      return Answer.bundle(asked.show(settings).bundle());
    } finally {
      one.unlock();
    }
  }

  private synchronized List<Experiment> all() {
    List<Experiment> known = all;
    if (known == null) {
      known = Experiments.all();
      all = known;
    }
    return known;
  }
}

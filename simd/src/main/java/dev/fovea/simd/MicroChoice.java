package dev.fovea.simd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Which micro-kernels a process uses.
 *
 * @param micros the kernels
 * @param remarks what they are, or one line per source that cannot run here
 * @param advice what the user can do to have faster ones, in one line
 */
record MicroChoice(Micros micros, List<String> remarks, Optional<String> advice) {
  MicroChoice {
    remarks = List.copyOf(remarks);
  }

  /** Chosen once, by who first asks for it. */
  private static final class OfProcess {
    static final MicroChoice CHOICE = of(found());
  }

  static MicroChoice ofProcess() {
    return OfProcess.CHOICE;
  }

  private static List<MicroSource> found() {
    try {
      ClassLoader loader = MicroSource.class.getClassLoader();
      return ServiceLoader.load(MicroSource.class, loader).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      return List
          .of(); // a services file that names what is not there: the vector kernels do it all
    }
  }

  /** Returns the choice among these sources: the first that can run. */
  static MicroChoice of(List<MicroSource> sources) {
    List<String> remarks = new ArrayList<>();
    Optional<String> advice = Optional.empty();
    for (MicroSource source : sources) {
      MicroSource.Offer offer = source.offer(Micros.VECTORS, Species.FLOATS.vectorBitSize());
      if (offer.micros().isPresent()) {
        return new MicroChoice(offer.micros().get(), List.of(offer.remark()), Optional.empty());
      }
      remarks.add(offer.remark());
      if (offer.toldAtOnce()) {
        advice = Optional.of(offer.remark());
      }
    }
    return new MicroChoice(Micros.VECTORS, remarks, advice);
  }
}

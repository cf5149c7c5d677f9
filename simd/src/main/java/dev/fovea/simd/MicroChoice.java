package dev.fovea.simd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;

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
    static final MicroChoice CHOICE = loaded(MicroChoice::found);
  }

  static MicroChoice ofProcess() {
    return OfProcess.CHOICE;
  }

  private static List<MicroSource> found() {
    ClassLoader loader = MicroSource.class.getClassLoader();
    return ServiceLoader.load(MicroSource.class, loader).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /**
   * Returns the choice among the sources that are loaded so: where that fails, as with a services
   * file that names what is not there, the vector kernels do it all.
   */
  static MicroChoice loaded(Supplier<List<MicroSource>> sources) {
    List<MicroSource> all;
    try {
      all = sources.get();
    } catch (ServiceConfigurationError | LinkageError e) {
      String remark = "other micro-kernels are not used: they cannot be loaded: " + e;
      return new MicroChoice(Micros.VECTORS, List.of(remark), Optional.empty());
    }
    return of(all);
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

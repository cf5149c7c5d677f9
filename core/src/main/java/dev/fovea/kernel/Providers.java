package dev.fovea.kernel;

import dev.fovea.op.Op;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * The kernel providers in use: the chosen one, what stands in for it, and what cannot run here.
 *
 * @param chosen the provider that is asked first
 * @param chain the providers that are asked in order: the chosen one, then {@code scalar}
 * @param problems one line per provider that cannot run here: its name and the reason
 */
public record Providers(KernelProvider chosen, List<KernelProvider> chain, List<String> problems) {
  /** The system property that forces a provider by its name: {@code scalar} or {@code simd}. */
  public static final String PROPERTY = "fovea.kernels";

  private static final String FALLBACK = "scalar";

  /** Takes copies of the lists. */
  public Providers {
    chain = List.copyOf(chain);
    problems = List.copyOf(problems);
  }

  /**
   * Returns the providers with the best that can run chosen, or the one that the system property
   * {@value #PROPERTY} names, and the convolutions that {@value ConvolutionAlgorithm#PROPERTY}
   * names.
   *
   * @throws FoveaException if a property names what is not there or cannot run
   */
  public static Providers choose() {
    String forced = System.getProperty(PROPERTY, "");
    Optional<String> name = forced.isBlank() ? Optional.empty() : Optional.of(forced.strip());
    return discover(name).with(ConvolutionAlgorithm.ofProperty());
  }

  /**
   * Returns the providers with the named one chosen.
   *
   * @throws FoveaException if there is no such provider or it cannot run here
   */
  public static Providers choose(String name) {
    return discover(Optional.of(name));
  }

  private static Providers discover(Optional<String> name) {
    List<KernelProvider> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (var entry : ServiceLoader.load(KernelProvider.class).stream().toList()) {
      try {
        found.add(entry.get());
      } catch (ServiceConfigurationError | LinkageError e) {
        problems.add(entry.type().getName() + ": " + e.getMessage());
      }
    }
    return of(found, problems, name);
  }

  /** Returns the choice among these providers; {@code problems} are of those that did not load. */
  static Providers of(List<KernelProvider> found, List<String> problems, Optional<String> name) {
    List<String> lines = new ArrayList<>(problems);
    List<KernelProvider> able = new ArrayList<>();
    for (KernelProvider p : found) {
      p.problem().ifPresentOrElse(why -> lines.add(p.name() + ": " + why), () -> able.add(p));
    }
    able.sort(
        Comparator.comparingInt(KernelProvider::priority)
            .reversed()
            .thenComparing(KernelProvider::name));
    KernelProvider chosen =
        able.stream()
            .filter(p -> name.isEmpty() || p.name().equals(name.get()))
            .findFirst()
            .orElseThrow(() -> missing(name, able, lines));
    List<KernelProvider> chain = new ArrayList<>(List.of(chosen));
    if (!chosen.name().equals(FALLBACK)) {
      able.stream().filter(p -> p.name().equals(FALLBACK)).forEach(chain::add);
    }
    return new Providers(chosen, chain, lines);
  }

  private static FoveaException missing(
      Optional<String> name, List<KernelProvider> able, List<String> problems) {
    String names = able.stream().map(KernelProvider::name).collect(Collectors.joining(", "));
    String why = problems.isEmpty() ? "" : "; " + String.join("; ", problems);
    return new FoveaException(
        name.map(n -> "kernels '" + n + "' cannot be used").orElse("no kernels can be used")
            + " (choose one of: "
            + (names.isEmpty() ? "none" : names)
            + ")"
            + why);
  }

  /** Returns these providers with convolutions computed so. */
  public Providers with(ConvolutionAlgorithm algorithm) {
    return new Providers(
        chosen.with(algorithm), chain.stream().map(p -> p.with(algorithm)).toList(), problems);
  }

  /** Returns the kernel of the first provider of the chain that has one for this op. */
  public Optional<Kernel> kernel(Op op, List<Shape> inputs, Shape output) {
    return chain.stream().flatMap(p -> p.kernel(op, inputs, output).stream()).findFirst();
  }
}

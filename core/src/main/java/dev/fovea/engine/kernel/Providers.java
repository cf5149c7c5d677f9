package dev.fovea.engine.kernel;

import dev.fovea.engine.kernel.scalar.ScalarProvider;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * The kernel providers in use: the chosen one, what stands in for it, and what is not used here.
 *
 * @param chosen the provider that is asked first
 * @param chain the providers that are asked in order: the chosen one, then {@code scalar}
 * @param problems one line per provider that cannot run here or is slow here: its name and why
 * @param notice one line for the user if there is nothing but {@code scalar} to choose: why, and
 *     what to add; or the advice of the chosen provider, if it has any
 */
public record Providers(
    KernelProvider chosen,
    List<KernelProvider> chain,
    List<String> problems,
    Optional<String> notice) {
  /** The system property that forces a provider by its name: {@code scalar} or {@code simd}. */
  public static final String PROPERTY = "fovea.kernels";

  private static final String FALLBACK = "scalar";

  private static final String NO_OTHER =
      "no others were found; add the jar fovea-simd, and where one jar is made of several, keep"
          + " META-INF/services";

  /** Names in a services file that cannot be loaded are skipped, up to so many. */
  private static final int MOST_SKIPPED = 100;

  /** Takes copies of the lists. */
  public Providers {
    chain = List.copyOf(chain);
    problems = List.copyOf(problems);
  }

  /**
   * Returns the providers with the best that can run chosen, or the one that the system property
   * {@value #PROPERTY} names, with the convolutions and the precision that {@value
   * ConvolutionAlgorithm#PROPERTY} and {@value Precision#PROPERTY} name.
   *
   * @throws FoveaException if a property names what is not there or cannot run
   */
  public static Providers choose() {
    String forced = System.getProperty(PROPERTY, "");
    Optional<String> name = forced.isBlank() ? Optional.empty() : Optional.of(forced.strip());
    return discover(name).with(ConvolutionAlgorithm.ofProperty()).with(Precision.ofProperty());
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
    List<KernelProvider> found = new ArrayList<>(List.of(new ScalarProvider()));
    List<String> problems = new ArrayList<>();
    // By the loader of this class, so that it does not matter which thread asks first.
    Iterator<KernelProvider> services =
        ServiceLoader.load(KernelProvider.class, KernelProvider.class.getClassLoader()).iterator();
    while (problems.size() < MOST_SKIPPED) {
      try {
        if (!services.hasNext()) {
          break;
        }
        found.add(services.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        problems.add("kernels that cannot be loaded: " + e.getMessage());
      }
    }
    return of(found, problems, name);
  }

  /** Returns the choice among these providers; {@code problems} are of those that did not load. */
  static Providers of(List<KernelProvider> found, List<String> problems, Optional<String> name) {
    List<String> lines = new ArrayList<>(problems);
    List<KernelProvider> able = new ArrayList<>();
    for (KernelProvider p : found) {
      Optional<String> problem = p.problem();
      Optional<String> why = problem.isPresent() ? problem : p.slowness();
      why.ifPresent(w -> lines.add(p.name() + ": " + w));
      if (why.isEmpty() || (problem.isEmpty() && name.isPresent())) {
        able.add(p);
      }
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
    return new Providers(chosen, chain, lines, notice(chosen, lines, name));
  }

  private static Optional<String> notice(
      KernelProvider chosen, List<String> problems, Optional<String> name) {
    if (name.isPresent() || !chosen.name().equals(FALLBACK)) {
      return chosen.advice();
    }
    return Optional.of(
        "Fovea computes with its scalar kernels, several times slower than those with vectors: "
            + (problems.isEmpty() ? NO_OTHER : String.join("; ", problems))
            + " (-D"
            + PROPERTY
            + "=scalar asks for them without this line)");
  }

  private static FoveaException missing(
      Optional<String> name, List<KernelProvider> able, List<String> problems) {
    String names = able.stream().map(KernelProvider::name).collect(Collectors.joining(", "));
    String none = able.size() > 1 ? "" : "; " + NO_OTHER;
    String why = problems.isEmpty() ? none : "; " + String.join("; ", problems);
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
        chosen.with(algorithm),
        chain.stream().map(p -> p.with(algorithm)).toList(),
        problems,
        notice);
  }

  /**
   * Returns these providers with the chosen one's factors of products of this precision; the others
   * know floats alone.
   *
   * @throws FoveaException if the chosen provider has no kernels for it here
   */
  public Providers with(Precision precision) {
    List<KernelProvider> all = with(chain, precision);
    return new Providers(all.getFirst(), all, problems, notice);
  }

  /**
   * Returns a chain with the first provider's factors of products of this precision.
   *
   * @throws FoveaException if that provider has no kernels for it here
   */
  public static List<KernelProvider> with(List<KernelProvider> chain, Precision precision) {
    List<KernelProvider> all = new ArrayList<>(chain);
    if (!all.isEmpty()) {
      all.set(0, all.getFirst().with(precision));
    }
    return all;
  }

  /** Returns the kernel of the first provider of the chain that has one for such operands. */
  public Optional<Kernel> kernel(Signature signature) {
    return chain.stream().flatMap(p -> p.kernel(signature).stream()).findFirst();
  }
}

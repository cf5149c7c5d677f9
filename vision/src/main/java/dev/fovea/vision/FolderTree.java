package dev.fovea.vision;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.PartName.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the parts, the classes and the files of a folder of pictures, none of which it reads. */
final class FolderTree {
  private final Path folder;
  private final ImageFolder.Options options;
  private final List<String> problems = new ArrayList<>();

  private FolderTree(Path folder, ImageFolder.Options options) {
    this.folder = folder;
    this.options = options;
  }

  /** The folders of the parts; without those to test with, some of the others are. */
  private record Parts(Path train, Optional<Path> test) {}

  /** Returns what a folder holds. */
  static ImageListing list(Path folder, ImageFolder.Options options) {
    if (!Files.isDirectory(folder)) {
      throw new FoveaException(
          folder + ": no such folder, expected one with a folder of pictures for each class");
    }
    return new FolderTree(folder, options).list();
  }

  private ImageListing list() {
    Parts parts = parts();
    List<String> classes = classes(parts.train);
    List<ImageFolder.Entry> train = new ArrayList<>();
    List<ImageFolder.Entry> test = new ArrayList<>();
    if (parts.test.isPresent()) {
      List<String> tested = names(parts.test.get());
      if (tested.stream().anyMatch(name -> options.number(classes, name) < 0)) {
        throw new FoveaException(
            "%s: classes %s, expected %s as in %s"
                .formatted(parts.test.get(), tested, classes, parts.train.getFileName()));
      }
      train.addAll(entries(parts.train, classes));
      test.addAll(entries(parts.test.get(), classes));
    } else {
      requireNoParts(parts.train, classes);
      ImageFolder.divide(entries(parts.train, classes), classes.size(), options, train, test);
    }
    return new ImageListing(
        folder, classes, train, test, parts.test.isPresent(), List.copyOf(problems));
  }

  private Parts parts() {
    List<Path> folders = folders(folder);
    List<Path> trains = named(folders, Part.TRAIN, Optional.empty());
    if (trains.size() == 1 && folders.size() == 1 && folders(trains.getFirst()).size() > 1) {
      return new Parts(trains.getFirst(), Optional.empty());
    }
    List<Parts> pairs = new ArrayList<>();
    for (Path train : trains) {
      Optional<PartName> name = PartName.parse(name(train));
      List<Path> tests = new ArrayList<>(named(folders, Part.TEST, name));
      tests.addAll(named(folders, Part.VALIDATION, name));
      // Pictures of contests to test with often lie there without their classes.
      List<Path> divided = tests.stream().filter(test -> !folders(test).isEmpty()).toList();
      (divided.isEmpty() ? tests : divided)
          .stream().limit(1).forEach(test -> pairs.add(new Parts(train, Optional.of(test))));
    }
    if (pairs.size() > 1) {
      throw new FoveaException(
          "%s: two folders to train on, %s and %s; keep one of them there"
              .formatted(folder, name(pairs.get(0).train), name(pairs.get(1).train)));
    }
    return pairs.isEmpty()
        ? new Parts(folder, Optional.empty())
        : new Parts(unwrapped(pairs.getFirst().train), pairs.getFirst().test.map(this::unwrapped));
  }

  /** Returns the folder of the same name that is all of a folder, as some archives have it. */
  private Path unwrapped(Path part) {
    Path same = part.resolve(name(part));
    return Files.isDirectory(same) && list(part).size() == 1 ? same : part;
  }

  /** Returns the folders whose names say this part, of the same as another part if one is given. */
  private static List<Path> named(List<Path> folders, Part part, Optional<PartName> like) {
    return folders.stream()
        .filter(f ->
            PartName.parse(name(f))
                .filter(n -> n.part() == part)
                .filter(n -> like.isEmpty() || like.get().of().equals(n.of()))
                .isPresent())
        .toList();
  }

  private List<String> classes(Path parent) {
    List<String> names = names(parent);
    if (!options.classes().isEmpty()) {
      options.requireKnown(parent, names);
      return options.classes();
    }
    if (names.size() < 2) {
      String links = problems.isEmpty() ? "" : " (" + problems.getFirst() + ")";
      throw new FoveaException(
          "%s: %s folders of classes, expected two or more%s"
              .formatted(parent, names.size(), links));
    }
    ImageFolder.requireNames(parent, names);
    return names;
  }

  private List<String> names(Path parent) {
    return folders(parent).stream().map(FolderTree::name).toList();
  }

  /**
   * Requires that not all classes hold the same folders: then these are the classes, or the parts
   * have names that are not known.
   */
  private void requireNoParts(Path parent, List<String> classes) {
    Set<Set<String>> inner = new HashSet<>();
    for (String c : classes) {
      List<Path> within = list(parent.resolve(c));
      inner.add(
          within.stream().map(FolderTree::name).collect(Collectors.toCollection(TreeSet::new)));
      if (within.size() < 2 || !within.stream().allMatch(Files::isDirectory)) {
        return;
      }
    }
    if (inner.size() == 1) {
      throw new FoveaException(
          "%s: all of the classes %s hold the same folders %s; if they are the parts of the data,"
                  .formatted(
                      parent,
                      ImageFolder.some(classes),
                      ImageFolder.some(List.copyOf(inner.iterator().next())))
              + " name them train and test");
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  /** Returns the folders in a folder, linked ones too unless a link leads back. */
  private List<Path> folders(Path parent) {
    Path real = real(parent);
    List<Path> folders = new ArrayList<>();
    for (Path p : list(parent)) {
      if (Files.isDirectory(p) && !leadsBack(p, real, Set.of())) {
        folders.add(p);
      }
    }
    return folders;
  }

  /** Returns what lies in a folder and is not hidden, by name. */
  private static List<Path> list(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(parent)) {
      return entries
          .filter(p -> !name(p).startsWith("."))
          .sorted(Comparator.comparing(FolderTree::name))
          .toList();
    } catch (IOException e) {
      throw new FoveaException(parent + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  /** Returns a path without links. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new FoveaException(path + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  private List<ImageFolder.Entry> entries(Path parent, List<String> classes) {
    List<ImageFolder.Entry> entries = new ArrayList<>();
    for (Path own : folders(parent)) {
      int label = options.number(classes, name(own));
      collect(own, label, new HashSet<>(Set.of(real(own))), entries);
    }
    return entries;
  }

  /**
   * Collects the files of a class.
   *
   * @param seen the folders of this class that were read, by their real names
   */
  private void collect(Path in, int label, Set<Path> seen, List<ImageFolder.Entry> entries) {
    Path real = real(in);
    for (Path p : list(in)) {
      if (Files.isRegularFile(p)) {
        entries.add(new ImageFolder.Entry(p, label));
      } else if (Files.isDirectory(p) && !leadsBack(p, real, seen)) {
        seen.add(real(p));
        collect(p, label, seen, entries);
      } else if (Files.isSymbolicLink(p) && !Files.exists(p)) {
        problem(p, "a link to nothing, passed over");
      }
    }
  }

  /** Returns whether a path is a link to a folder above it or one that was read, and says so. */
  private boolean leadsBack(Path path, Path parent, Set<Path> seen) {
    Path target = real(path);
    boolean linked = !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    if (linked && (parent.startsWith(target) || seen.contains(target))) {
      problem(path, "a link to a folder that is read already, passed over");
      return true;
    }
    return false;
  }

  private void problem(Path path, String what) {
    String line = path + ": " + what;
    if (!problems.contains(line)) {
      problems.add(line);
    }
  }
}

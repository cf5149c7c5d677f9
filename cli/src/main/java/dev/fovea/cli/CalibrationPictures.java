package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The pictures that show which numbers pass between the layers of a network. */
interface CalibrationPictures {
  /** Returns how many there are. */
  int size();

  /** Returns a picture as the network's input; empty if it cannot be read, which is said. */
  Optional<Tensor> input(int i);

  /** Returns the class of a picture, if it is known. */
  OptionalInt label(int i);

  /** Returns the number of picture {@code i} of a few that are taken evenly from all. */
  default int at(int i, int few) {
    return (int) ((long) i * size() / few);
  }

  /** Shows the inputs of a few pictures, taken evenly from all, each as a network's only one. */
  default void show(int few, Consumer<List<Tensor>> network) {
    int count = Math.min(few, size());
    for (int i = 0; i < count; i++) {
      input(at(i, count)).ifPresent(x -> network.accept(List.of(x)));
    }
  }

  /** Returns the pictures of a data set. */
  static CalibrationPictures of(Dataset pictures) {
    return new OfData(pictures);
  }

  /**
   * Returns the pictures in some files and folders, by name, hidden ones left out.
   *
   * @throws FoveaException if one of them cannot be read
   */
  static CalibrationPictures of(List<Path> paths, InputRule rule) {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      try (Stream<Path> walk = Files.walk(path)) {
        walk.filter(p -> Files.isRegularFile(p) && !p.getFileName().toString().startsWith("."))
            .sorted()
            .forEach(files::add);
      } catch (IOException e) {
        throw unreadable(path, e);
      } catch (UncheckedIOException e) { // of a folder within
        throw unreadable(path, Objects.requireNonNull(e.getCause()));
      }
    }
    return new OfFiles(files, rule);
  }

  private static FoveaException unreadable(Path path, IOException e) {
    return new FoveaException(path + ": cannot be read: " + AtomicFiles.reason(e), e);
  }

  /** Pictures with classes. */
  record OfData(Dataset pictures) implements CalibrationPictures {
    @Override
    public int size() {
      return pictures.size();
    }

    @Override
    public Optional<Tensor> input(int i) {
      return Optional.of(pictures.input(i, Seed.of(i)));
    }

    @Override
    public OptionalInt label(int i) {
      return OptionalInt.of((int) pictures.sample(i).targets().get(0).data()[0]);
    }
  }

  /** Pictures in files. */
  record OfFiles(List<Path> files, InputRule rule) implements CalibrationPictures {
    @Override
    public int size() {
      return files.size();
    }

    @Override
    public Optional<Tensor> input(int i) {
      try {
        return Optional.of(rule.input(rule.place(files.get(i)).input()));
      } catch (FoveaException e) {
        System.err.println("fovea: skipped " + Text.oneLine(String.valueOf(e.getMessage())));
        return Optional.empty();
      }
    }

    @Override
    public OptionalInt label(int i) {
      return OptionalInt.empty();
    }
  }
}

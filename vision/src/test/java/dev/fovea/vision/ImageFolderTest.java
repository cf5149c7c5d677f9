package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.ClassSampling;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageFolderTest {
  @TempDir private Path dir;

  private void pictures(String folder, int count, int height, int width, int channels) {
    for (int i = 0; i < count; i++) {
      int number = i + folder.hashCode();
      Images.writePng(
          dir.resolve(folder).resolve("p" + i + ".png"),
          Pictures.pattern(height, width, channels, Math.abs(number % 100)));
    }
  }

  private static List<Float> values(Dataset d) {
    List<Float> all = new ArrayList<>();
    for (int i = 0; i < d.size(); i++) {
      all.add((float) d.read(i, Seed.of(1)).label());
      for (float v : d.input(i, Seed.of(1)).data()) {
        all.add(v);
      }
    }
    return all;
  }

  private DataSource open() {
    return ImageFolder.open(dir, ImageFolder.Options.standard());
  }

  @Test
  void splitsEveryClassByTheSeed() {
    pictures("cat", 10, 6, 5, 3);
    pictures("ape", 5, 6, 5, 1);
    DataSource source = open();
    assertThat(source.classes()).containsExactly("ape", "cat");
    assertThat(source.preprocessing().shape()).isEqualTo(Shape.of(6, 5, 3));
    assertThat(source.split().train().size()).isEqualTo(4 + 8);
    assertThat(source.split().test().size()).isEqualTo(1 + 2);
    assertThat(source.problems()).isEmpty();
    assertThat(values(open().split().train())).isEqualTo(values(source.split().train()));
    DataSource other = ImageFolder.open(dir, ImageFolder.Options.standard().withSeed(Seed.of(9)));
    assertThat(values(other.split().train())).isNotEqualTo(values(source.split().train()));
  }

  /** A share of 0.65 leaves 3 of 10 and 1 of 5 to test with; of each class one at least. */
  @Test
  void shareOfEveryClassIsTrainedOn() {
    pictures("cat", 10, 6, 5, 1);
    pictures("ape", 5, 6, 5, 1);
    ImageFolder.Options usual = ImageFolder.Options.standard();
    DataSplit split = ImageFolder.open(dir, usual.withShare(0.65)).split();
    assertThat(ClassSampling.counts(split.train())).containsExactly(4, 7);
    assertThat(ClassSampling.counts(split.test())).containsExactly(1, 3);
    DataSplit few = ImageFolder.open(dir, usual.withShare(0.05)).split();
    assertThat(ClassSampling.counts(few.train())).containsExactly(1, 1);
    DataSplit most = ImageFolder.open(dir, usual.withShare(0.95)).split();
    assertThat(ClassSampling.counts(most.test())).containsExactly(1, 1);
    assertThatThrownBy(() -> usual.withShare(1))
        .isInstanceOf(FoveaException.class)
        .hasMessage("pictures: the share to train on must be above 0 and below 1, got 1.0");
  }

  @Test
  void trainAndTestFoldersAreTakenAsTheyAre() {
    pictures("train/a", 3, 4, 4, 1);
    pictures("train/b", 2, 4, 4, 1);
    pictures("val/a", 1, 4, 4, 1);
    pictures("val/b", 2, 4, 4, 1);
    DataSource source = open();
    assertThat(source.split().train().size()).isEqualTo(5);
    assertThat(source.split().test().size()).isEqualTo(3);
    float mean = 0;
    for (float v : values(source.split().train().subset(0, 1, 2, 3, 4))) {
      mean += v;
    }
    assertThat(Math.abs((mean - 2) / 80)).isLessThan(0.01f); // targets sum to 2
  }

  @Test
  void readingFromDiskGivesTheSameAsFromMemory() {
    pictures("a", 6, 9, 7, 3);
    pictures("b", 6, 9, 7, 3);
    ImageFolder.Options options =
        ImageFolder.Options.standard()
            .withInput(Shape.of(5, 5, 1))
            .withResize(Preprocessing.Resize.CROP);
    DataSource memory = ImageFolder.open(dir, options);
    DataSource disk = ImageFolder.open(dir, options.withMemory(10));
    assertThat(disk.split().train()).isInstanceOf(FolderImages.class);
    assertThat(disk.preprocessing()).isEqualTo(memory.preprocessing());
    assertThat(disk.preprocessing().resize()).isEqualTo(Preprocessing.Resize.CROP);
    assertThat(values(disk.split().train())).isEqualTo(values(memory.split().train()));
    assertThat(values(disk.split().test())).isEqualTo(values(memory.split().test()));
  }

  @Test
  void damagedFilesAreReportedAndSkipped() throws IOException {
    pictures("a", 10, 6, 6, 1);
    pictures("b", 10, 6, 6, 1);
    Path text = Files.writeString(dir.resolve("a/notes.txt"), "no picture");
    byte[] whole = Files.readAllBytes(dir.resolve("b/p3.png"));
    Files.write(dir.resolve("b/p3.png"), Arrays.copyOf(whole, whole.length - 30));
    Files.writeString(dir.resolve("a/.hidden"), "passed over");
    Files.createDirectory(dir.resolve(".git"));
    Files.writeString(dir.resolve("README"), "beside the classes");
    DataSource source = open();
    assertThat(source.classes()).containsExactly("a", "b");
    assertThat(source.split().train().size() + source.split().test().size()).isEqualTo(19);
    assertThat(source.problems())
        .hasSize(2)
        .anyMatch(p -> p.startsWith(text + ": not a picture that can be read"))
        .anyMatch(p -> p.startsWith(dir.resolve("b/p3.png") + ": a damaged picture: "))
        .noneMatch(p -> p.contains("\n"));
  }

  @Test
  void emptyClassesAreErrors() throws IOException {
    pictures("a", 3, 6, 6, 1);
    Files.createDirectory(dir.resolve("b"));
    assertThatThrownBy(this::open)
        .isInstanceOf(FoveaException.class)
        .hasMessage(dir + ": class b has no readable pictures to train on");
    Files.writeString(dir.resolve("b/x.png"), "no picture");
    assertThatThrownBy(this::open)
        .hasMessageStartingWith(
            dir + ": class b has no readable pictures to train on (1 files skipped, the first: ");
  }

  @Test
  void foldersOfAnotherKindAreRefused() throws IOException {
    assertThatThrownBy(this::open).hasMessage(dir + ": 0 folders of classes, expected two or more");
    assertThatThrownBy(() -> ImageFolder.open(dir.resolve("x"), ImageFolder.Options.standard()))
        .hasMessage(
            dir.resolve("x")
                + ": no such folder, expected one with a folder of pictures for each class");
    pictures("a", 3, 6, 6, 1);
    pictures("b", 3, 6, 7, 1);
    assertThatThrownBy(this::open)
        .hasMessage(
            dir + ": pictures of different sizes, 6×6 and 6×7; say which size the input has");
    pictures("train/a", 1, 6, 6, 1);
    pictures("train/b", 1, 6, 6, 1);
    Files.createDirectories(dir.resolve("test/a"));
    Files.createDirectories(dir.resolve("test/c"));
    assertThatThrownBy(this::open)
        .hasMessage(dir.resolve("test") + ": classes [a, c], expected [a, b] as in train");
  }

  @ParameterizedTest
  @ValueSource(strings = {" c", "c ", "c\u3000", "c\u0007", "c\nd", "c\u009b31m", "c\u2028d"})
  void namesThatDoNotFitOnALineAreRefused(String name) throws IOException {
    Files.createDirectory(dir.resolve("a"));
    Files.createDirectory(dir.resolve(name));
    assertThatThrownBy(this::open)
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir
                + ": class \""
                + name
                + "\": a name without control characters, and without white space at its ends,"
                + " expected");
  }

  @Test
  void namesThatLookAlikeAreRefused() throws IOException {
    Files.createDirectory(dir.resolve("a\u200db"));
    Files.createDirectory(dir.resolve("a\u202eb"));
    assertThatThrownBy(this::open)
        .isInstanceOf(FoveaException.class)
        .hasMessageEndingWith("looks like another class, they differ in unseen characters only");
  }

  private Path link(String name, String target) throws IOException {
    Files.createDirectories(dir.resolve(name).getParent());
    return Files.createSymbolicLink(dir.resolve(name), dir.resolve(target));
  }

  @Test
  void linksAreFollowedUnlessTheyLeadBack() throws IOException {
    pictures("here/a", 4, 6, 6, 1);
    pictures("here/b", 4, 6, 6, 1);
    pictures("store/owl", 4, 6, 6, 1);
    pictures("store/more", 2, 6, 6, 1);
    Path up = link("here/a/up", "here");
    Path self = link("here/a/self", "here/a");
    Path root = link("here/root", "here");
    Path nothing = link("here/b/nothing.png", "store/none.png");
    link("here/b/again", "store/more");
    Path twice = link("here/b/twice", "store/more");
    link("here/b/one.png", "store/owl/p0.png");
    link("here/owl", "store/owl");
    DataSource source = ImageFolder.open(dir.resolve("here"), ImageFolder.Options.standard());
    assertThat(source.classes()).containsExactly("a", "b", "owl");
    assertThat(source.split().train().size() + source.split().test().size())
        .isEqualTo(4 + 4 + 2 + 1 + 4);
    String before = ": a link to a folder that is read already, passed over";
    assertThat(source.problems())
        .containsExactlyInAnyOrder(
            up + before,
            self + before,
            root + before,
            twice + before,
            nothing + ": a link to nothing, passed over");
  }

  @Test
  void allClassesMayBeLinked() throws IOException {
    pictures("store/a", 3, 6, 6, 1);
    pictures("store/b", 3, 6, 6, 1);
    link("here/a", "store/a");
    link("here/b", "store/b");
    DataSource source = ImageFolder.open(dir.resolve("here"), ImageFolder.Options.standard());
    assertThat(source.split().train().size()).isEqualTo(4);
    assertThat(source.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Training, Testing",
    "Train, Test",
    "TRAIN, VAL",
    "train, valid",
    "train, dev",
    "Train_set, Test_set",
    "training-images, test-images",
    "train2017, val2017",
    "trainset, testset",
    "seg_train, seg_test",
    "TrainData, ValidationData",
    "dataset_train, dataset_eval"
  })
  void partsAreKnownByTheirUsualNames(String train, String test) throws IOException {
    pictures(train + "/a", 3, 4, 4, 1);
    pictures(train + "/b", 2, 4, 4, 1);
    pictures(test + "/a", 1, 4, 4, 1);
    pictures(test + "/b", 2, 4, 4, 1);
    Files.createDirectory(dir.resolve("masks"));
    DataSource source = open();
    assertThat(source.parted()).isTrue();
    assertThat(source.classes()).containsExactly("a", "b");
    assertThat(source.split().train().size()).isEqualTo(5);
    assertThat(source.split().test().size()).isEqualTo(3);
  }

  @Test
  void partsMayLieInFoldersOfTheirName() {
    pictures("seg_train/seg_train/a", 3, 4, 4, 1);
    pictures("seg_train/seg_train/b", 3, 4, 4, 1);
    pictures("seg_test/seg_test/a", 1, 4, 4, 1);
    assertThat(open().split().test().size()).isEqualTo(1);
    assertThat(open().classes()).containsExactly("a", "b");
  }

  @Test
  void testPicturesWithoutClassesAreLeftForThoseWith() {
    pictures("train/a", 3, 4, 4, 1);
    pictures("train/b", 3, 4, 4, 1);
    pictures("test", 5, 4, 4, 1);
    pictures("valid/b", 2, 4, 4, 1);
    DataSource source = open();
    assertThat(source.split().test().size()).isEqualTo(2);
    assertThat(ClassSampling.labels(source.split().test())).containsExactly(1, 1);
  }

  @Test
  void trainingPicturesAloneAreDivided() {
    pictures("Train/a", 5, 4, 4, 1);
    pictures("Train/b", 5, 4, 4, 1);
    assertThat(open().classes()).containsExactly("a", "b");
    assertThat(open().parted()).isFalse();
  }

  /** Trains and stations are things, too. */
  @Test
  void classesMayHaveNamesOfParts() {
    pictures("train", 3, 4, 4, 1);
    pictures("train station", 3, 4, 4, 1);
    pictures("test tube", 3, 4, 4, 1);
    assertThat(open().classes()).containsExactly("test tube", "train", "train station");
  }

  @Test
  void partsUnderUnknownNamesAreNoClasses() {
    for (String part : new String[] {"first", "second"}) {
      for (String name : new String[] {"cat", "dog", "owl"}) {
        pictures(part + "/" + name, 2, 4, 4, 1);
      }
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir
                + ": all of the classes [first, second] hold the same folders [cat, dog, owl]; if"
                + " they are the parts of the data, name them train and test");
  }

  @Test
  void twoFoldersToTrainOnAreRefused() {
    for (String part : new String[] {"train", "Training", "test"}) {
      pictures(part + "/a", 1, 4, 4, 1);
      pictures(part + "/b", 1, 4, 4, 1);
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(FoveaException.class)
        .hasMessage(dir + ": two folders to train on, Training and train; keep one of them there");
  }
}

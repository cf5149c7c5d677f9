package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.ClassSampling;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists as programs and people write them: four pictures of two classes in each. */
final class ImageListTest {
  @TempDir private Path dir;

  @BeforeEach
  void pictures() {
    for (int i = 0; i < 4; i++) {
      Images.writePng(dir.resolve("p/" + i + ".png"), Pictures.pattern(4, 4, 1, i));
    }
  }

  private DataSource open(byte[] text) throws IOException {
    Path list = Files.write(dir.resolve("list.csv"), text);
    return ImageList.open(list, ImageFolder.Options.standard().withShare(0.5));
  }

  private DataSource open(String text) throws IOException {
    return open(text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<String> lists() {
    String plain = "p/0.png,cat\np/1.png,cat\np/2.png,dog\np/3.png,dog\n";
    String swapped = "cat,p/0.png\ncat,p/1.png\ndog,p/2.png\ndog,p/3.png\n";
    String bare = "p/0,cat\np/1,cat\np/2,dog\np/3,dog\n";
    String wide = "7,cat,p/0.png,x\n8,cat,p/1.png,x\n9,dog,p/2.png,\n1,dog,p/3.png,y\n";
    return Stream.of(
        plain,
        plain + "\n\n",
        plain.replace("\n", "\r\n"),
        plain.replace("\n", "\r"),
        plain.replace(',', ';'),
        plain.replace(',', '\t'),
        swapped,
        "file,class\n" + plain,
        "image_id,label\n" + plain,
        "image_id,label\n" + bare,
        "Image Path;Target\n" + plain.replace(',', ';'),
        "filename\tclass\n" + plain.replace(',', '\t'),
        "FILENAME,CLASS\n" + plain,
        "label,image\n" + swapped,
        "foto,klasse\n" + plain,
        "klasse,foto\n" + swapped,
        "id,breed,path,note\n" + wide,
        "id,label,file,\"note; of\nthe author\"\n" + wide,
        "\"file\",\"class\"\n" + plain.replace("cat", "\"cat\""),
        """
        file,class,split
        p/0.png,cat,Training
        p/1.png,cat,valid
        p/2.png,dog,train
        p/3.png,dog,testing
        """,
        """
        split,file,class
        train,p/0.png,cat
        val,p/1.png,cat
        train,p/2.png,dog
        TEST,p/3.png,dog
        """);
  }

  @ParameterizedTest
  @MethodSource("lists")
  void listsOfManyFormsAreUnderstood(String text) throws IOException {
    DataSource source = open(text);
    assertThat(source.classes()).containsExactly("cat", "dog");
    assertThat(source.problems()).isEmpty();
    assertThat(ClassSampling.counts(source.split().train())).containsExactly(1, 1);
    assertThat(ClassSampling.counts(source.split().test())).containsExactly(1, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-8"})
  void listsMayBeUtf16(String charset) throws IOException {
    String text = "file,class\np/0.png,cat\np/1.png,cat\np/2.png,dog\np/3.png,dog\n";
    assertThat(open(text.getBytes(Charset.forName(charset))).classes())
        .containsExactly("cat", "dog");
    byte[] marked = ("\uFEFF" + text).getBytes(Charset.forName(charset));
    assertThat(open(marked).classes()).containsExactly("cat", "dog");
  }

  @Test
  void otherEncodingsAreNamed() {
    String text = "p/0.png,K\u00e4tzchen\np/1.png,Hund\n";
    assertThatThrownBy(() -> open(text.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir.resolve("list.csv")
                + ": text in UTF-8 expected, byte e4 at 9 is none; it looks like Latin-1: save it"
                + " as UTF-8");
    String chinese = "p/0.png,\u732b\np/1.png,\u72d7\n";
    assertThatThrownBy(() -> open(chinese.getBytes(Charset.forName("GBK"))))
        .hasMessageEndingWith("byte b9 at 19 is none; it looks like GBK: save it as UTF-8");
  }

  @Test
  void aBreakWithinQuotesIsASpace() throws IOException {
    String text =
        "file,class\np/0.png,\"cat\r\nx\"\np/1.png,\"cat\nx\"\np/2.png,dog\np/3.png,dog\n";
    assertThat(open(text).classes()).containsExactly("cat x", "dog");
    assertThatThrownBy(() -> open("a.png,\"cat\nx\"\na.png,dog,both\n"))
        .hasMessage(dir.resolve("list.csv") + ", line 3: part \"both\", expected train or test");
    assertThatThrownBy(() -> open("a.png,cat\na.png,\"dog\nb.png,dog\n"))
        .hasMessage(dir.resolve("list.csv") + ", line 2: a quote that does not end");
  }

  @Test
  void columnsThatAreNotKnownAreNamed() {
    assertThatThrownBy(() -> open("foto,healthy,rust,scab\np/0.png,1,0,0\np/1.png,0,1,0\n"))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir.resolve("list.csv")
                + ", line 1: no column of classes among [foto, healthy, rust, scab]; name it label"
                + " or class");
    assertThatThrownBy(() -> open("a,file,class,b\nx,p/0.png,cat\n"))
        .hasMessage(dir.resolve("list.csv") + ", line 2: 3 values, expected 4 as in the heading");
  }

  @Test
  void onlyKnownClassesAreTaken() throws IOException {
    Path list = Files.writeString(dir.resolve("l.csv"), "p/0.png,dog\np/1.png,dog\n");
    ImageFolder.Options some =
        ImageFolder.Options.standard().withClasses(List.of("cat", "dog", "owl"));
    DataSource source = ImageList.open(list, some);
    assertThat(source.classes()).containsExactly("cat", "dog", "owl");
    assertThat(ClassSampling.labels(source.split().test())).containsExactly(1);
    assertThatThrownBy(() -> ImageList.open(list, some.withClasses(List.of("cat", "owl"))))
        .isInstanceOf(FoveaException.class)
        .hasMessage(list + ": classes [dog], expected some of [cat, owl]");
  }
}

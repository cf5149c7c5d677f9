import dev.fovea.apps.Pictures;
import dev.fovea.apps.face.*;
import dev.fovea.formats.Formats;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.tensor.*;
import dev.fovea.vision.Images;
import java.nio.file.*;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Aligns the faces that faces_twin.py learns from, and judges its embeddings, both as
 * examples/faces.java does: {@code fovea run bench/peers/faces_judge.java align DIR FACES.safetensors},
 * then {@code fovea run bench/peers/faces_judge.java judge FACES.safetensors EMBEDDINGS.safetensors}.
 *
 * <p>The tensor "faces" is [N, 56, 56], grey; a line of the text of this name is the set, the person
 * and whether the picture is one to enroll. The tensor "embeddings" is [N, D].
 */
static final String FACES = "faces";

static final int SIDE = 56;

/** Whom a picture shows, by the number of the person in a set. */
record Who(String set, int person, boolean first) {
  static Who parse(String line) {
    String[] words = line.split(" ");
    return new Who(words[0], Integer.parseInt(words[1]), Boolean.parseBoolean(words[2]));
  }

  boolean isStranger() {
    return person % 6 == 1;
  }
}

void align(Path folder, Path out) {
  Function<String, Model> model = file ->
      Formats.read(folder.resolve("models/faceapi-landmarks-onnx").resolve(file)).model();
  FaceAligner aligner =
      FaceAligner.of(model.apply("tiny_face_detector.onnx"), model.apply("face_landmark_68.onnx"));
  List<Tensor> faces = new ArrayList<>();
  List<String> lines = new ArrayList<>();
  add("ORL", folder.resolve("orl-faces"), aligner::alignPortrait,
      IntStream.rangeClosed(1, 10).mapToObj(k -> "s%d/" + k + ".pgm").toList(), faces, lines);
  add("London", folder.resolve("london-faces"), aligner::align,
      List.of("neutral/%03d_03.jpg", "smiling/%03d_08.jpg"), faces, lines);
  new Safetensors(
          Map.of(FACES, Pictures.batch(faces)), Map.of(FACES, String.join("\n", lines)))
      .write(out);
}

/** Adds the faces of a set, without persons whose first picture shows none. */
void add(String set, Path folder, Function<Tensor, Optional<Tensor>> aligner, List<String> names,
    List<Tensor> faces, List<String> lines) {
  int person = 0;
  for (int n = 1; n <= 200; n++) {
    int number = n;
    if (!Files.exists(folder.resolve(names.getFirst().formatted(n)))) {
      continue;
    }
    List<Optional<Tensor>> found = names.stream()
        .map(name -> aligner.apply(Images.read(folder.resolve(name.formatted(number))))).toList();
    for (int i = 0; found.getFirst().isPresent() && i < names.size(); i++) {
      if (found.get(i).isPresent()) {
        faces.add(Images.resize(Images.toGrey(found.get(i).get()), SIDE, SIDE));
        lines.add(set + " " + person + " " + (2 * i < names.size()));
      }
    }
    person++;
  }
}

void judge(Path faces, Path embeddings) {
  List<Who> all =
      Safetensors.read(faces).metadata().get(FACES).lines().map(Who::parse).toList();
  Tensor rows = Safetensors.read(embeddings).tensors().get("embeddings");
  for (String set : List.of("ORL", "London")) {
    List<Integer> judged = IntStream.range(0, all.size()).boxed()
        .filter(i -> all.get(i).set().equals(set) && all.get(i).person() % 2 == 1).toList();
    Function<java.util.function.Predicate<Who>, Embeddings> those = p -> {
      List<Integer> some = judged.stream().filter(i -> p.test(all.get(i))).toList();
      return new Embeddings(some.stream().map(i -> set + all.get(i).person()).toList(),
          Pictures.batch(some.stream().map(rows::sample).toList()));
    };
    Identification door = new Identification(those.apply(w -> !w.isStranger() && w.first()));
    Embeddings asked = those.apply(w -> !w.isStranger() && !w.first());
    double least = door.threshold(0.05);
    System.out.println(set + ", learned here: rank-1 " + door.rankOne(asked));
    System.out.println(set + ", learned here: equal error rate "
        + door.verification(asked).equalErrorRate());
    System.out.println(set + ", learned here: told rightly, strangers being refused "
        + door.identified(asked, least));
    System.out.println(set + ", learned here: strangers refused "
        + door.refused(those.apply(Who::isStranger), least));
  }
}

void main(String[] args) {
  if (args[0].equals("align")) {
    align(Path.of(args[1]), Path.of(args[2]));
  } else {
    judge(Path.of(args[1]), Path.of(args[2]));
  }
}

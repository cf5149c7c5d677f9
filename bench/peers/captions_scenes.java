import dev.fovea.apps.Pictures;
import dev.fovea.apps.text.*;
import dev.fovea.io.Safetensors;
import dev.fovea.tensor.*;
import dev.fovea.train.Epochs;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Writes the drawn scenes of examples/captions.java as its network sees them, with what is said of
 * them, for captions_twin.py: {@code fovea run bench/peers/captions_scenes.java SCENES.safetensors
 * [TRAIN [TEST]]}.
 *
 * <p>The tensor "places" is [N, 144, C]; a line of the text "texts" is a sentence, a line of the
 * text "counts" how many sentences a scene has. The training scenes are the first.
 */
void main(String[] args) {
  int train = args.length > 1 ? Integer.parseInt(args[1]) : 3_000;
  int test = args.length > 2 ? Integer.parseInt(args[2]) : 400;
  CaptionedPictures all = SeenScenes.of(Seed.of(1), train, test, Epochs.epochs(6)).captions();
  String texts = all.texts().stream().flatMap(List::stream).collect(Collectors.joining("\n"));
  String counts = all.texts().stream().map(t -> "" + t.size()).collect(Collectors.joining("\n"));
  new Safetensors(
          Map.of("places", Pictures.batch(all.places())),
          Map.of("texts", texts, "counts", counts, "train", "" + train))
      .write(Path.of(args[0]));
}

import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.apps.search.ExactSearch;
import dev.fovea.apps.text.*;
import dev.fovea.data.*;
import dev.fovea.formats.Formats;
import dev.fovea.insight.colour.HeatMap;
import dev.fovea.systems.label.*;
import dev.fovea.tensor.*;
import dev.fovea.vision.*;
import java.nio.file.Path;

/**
 * Pictures are described in words: features of a trained network, an LSTM that looks where it
 * matters, and a beam search.
 *
 * <p>The network of drawn scenes has learned what is where in them, that of photographs ImageNet.
 * Beside it the sentence of the picture whose features are nearest. Of 91 photographs little can be
 * learned but what is often said, whatever is to be seen. Xu et al. (2015).
 */
// SqueezeNet takes blue, green, red less a mean.
static final InputRule PHOTOGRAPH = new InputRule(Preprocessing.unscaled(Shape.of(227, 227, 3))
    .withMeanAndStd(List.of(104f, 117f, 123f), List.of(1f, 1f, 1f)), true);

/**
 * Pictures to show, and what a network sees of them and somebody says about them; whether they are
 * drawn here.
 */
record Described(List<Tensor> pictures, CaptionedPictures captions, boolean drawn) {}

/** Draws scenes and learns features by telling what is at each place. */
Described scenes(Example captions, int train, int test) {
  SeenScenes all = SeenScenes.of(
      captions.seed(), train, test, captions.epochs(6), captions.listener());
  return new Described(all.pictures(), all.captions(), true);
}

Described photographs(Path folder, Path network) {
  List<LabelledPicture> all = LabelSets.read("text", folder, List.of()).pictures();
  List<Tensor> pictures = all.stream().map(p -> PHOTOGRAPH.place(p.file()).input()).toList();
  List<Tensor> places = Features.of(Formats.read(network).model(), "fire9/concat")
      .places(pictures.stream().map(PHOTOGRAPH::input).toList());
  List<List<String>> texts = all.stream().map(LabelledPicture::texts).toList();
  return new Described(pictures, new CaptionedPictures(places, texts), false);
}

/** Learns from the first pictures and is judged by the others. */
void tell(Example captions, String name, Described all, int train, int epochs, int least,
    double... twins) {
  CaptionedPictures known = all.captions().part(0, train);
  CaptionedPictures asked = all.captions().part(train, all.captions().size());
  Vocabulary words = known.vocabulary(least);
  Captioner captioner = new Captioner(words, new AttentionDecoder(words.size(), 96, 0.3),
      known.places().getFirst().shape(), 20, adam(2e-3), 32, captions.seed());
  int steps = captions.steps(epochs * train / 32);
  for (int i = 0; i < steps; i++) {
    Seed seed = captions.seed().split(name).split(i);
    double rate = i < steps * 3 / 4 ? 2e-3 : 4e-4;
    captions.progress(i, "loss", captioner.learn(known.draw(32, seed.rng()), seed, rate));
  }
  BeamSearch beam = new BeamSearch(5, 20, words.end()).withLengthPower(1);
  List<Caption> told = asked.places().stream().map(p -> captioner.tell(p, beam)).toList();
  List<List<String>> sentences = told.stream().map(Caption::words).toList();
  for (int n = 1; n <= 4; n++) {
    String what = name + ": BLEU-" + n;
    double bleu = asked.bleu(sentences, n);
    if (all.drawn()) {
      captions.measureDrawn(what, bleu, twins[n - 1]);
    } else {
      captions.measure(what, bleu, twins[n - 1]);
    }
  }
  captions.measure(name + ": BLEU-4, word by word", asked.bleu(asked.places().stream()
      .map(p -> captioner.tell(p, new BeamSearch(1, 20, words.end())).words()).toList(), 4));
  ExactSearch search = new ExactSearch();
  for (int i = 0; i < train; i++) {
    search.add(known.texts().get(i).getFirst(), Features.mean(known.places().get(i)));
  }
  captions.measure(name + ": BLEU-4, sentence of the nearest picture", asked.bleu(
      asked.places().stream().map(Features::mean)
          .map(mean -> Bleu.words(search.nearest(mean, 1).getFirst().name())).toList(), 4));
  captions.picture(name + "-1.jpg", sheet(all.pictures().get(train), told.get(0)));
  captions.picture(name + "-2.jpg", sheet(all.pictures().get(train + 1), told.get(1)));
}

/** Shows a picture, and for each word that is told of it from where it was read. */
java.awt.image.BufferedImage sheet(Tensor picture, Caption told) {
  ContactSheet sheet = new ContactSheet(160, 160);
  sheet.add(picture, "");
  int height = picture.shape().dim(0), width = picture.shape().dim(1);
  for (int w = 0; w < told.words().size(); w++) {
    Tensor map = told.attention().get(w);
    int side = (int) Math.sqrt(map.shape().dim(0));
    Tensor large = Images.resize(map.reshape(Shape.of(side, side, 1)), height, width);
    HeatMap looked = new HeatMap(large.reshape(Shape.of(height, width)));
    sheet.add(looked.over(picture), told.words().get(w));
  }
  return sheet.toImage();
}

void main(String[] args) {
  Example captions = Example.start("captions", args);
  var network = captions.need("models/squeezenet-imagenet-onnx/squeezenet1.0-deep-compression.onnx");
  var photographs = captions.need("coco-mini");
  int train = captions.count(3_000);
  tell(captions, "scenes", scenes(captions, train, captions.count(400)), train, 10, 1,
      0.7334, 0.6378, 0.5611, 0.4949);
  network.ifPresent(file -> tell(captions, "photographs",
      photographs(photographs.get(), file), 91, 40, 3, 0.4396, 0.2853, 0.1589, 0.0997));
  captions.end();
}

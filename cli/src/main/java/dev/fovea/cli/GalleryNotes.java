package dev.fovea.cli;

import java.util.Map;

/** What the measures of the examples mean, for readers of the gallery: units, chance, baselines. */
final class GalleryNotes {
  private static final Map<String, String> NOTES =
      Map.ofEntries(
          Map.entry(
              "features",
              """
              Accuracy is the share of test pictures whose class is right; chance is 0.1 for digits and 0.5
              for smiles. Digits: 3,000 of MNIST to learn from, 1,000 to test with. Smiles: the mean of five
              folds over 102 persons, none of whom is in both parts of a fold; 204 faces are so few that
              differences of 3 points or less may be chance.\
              """),
          Map.entry(
              "faces",
              """
              All judged persons are new to the networks. Rank-1: the share of pictures whose nearest
              enrolled picture shows the same person. Equal error rate: where as many pairs of one person
              are missed as pairs of two persons are taken for one; 0 is perfect, chance is 0.5. The
              threshold for strangers is chosen on the enrolled pictures alone. Comparing pixels is the
              baseline. "Learned here" is one training. The sets are small: 38 persons (ORL) and 102
              (London).\
              """),
          Map.entry(
              "landmarks",
              """
              Errors are mean distances in % of the distance between the pupils, of persons who were not
              learned from; lower is better. The baseline puts every point at its mean place.
              face-api.js's network of 68 points learned from many more faces. Fovea's figures are means of
              five trainings, PyTorch's of six. One training errs between 6.6 and 9.8 %, so that a
              difference of less than 1 may be chance.\
              """),
          Map.entry(
              "steering",
              """
              The angle of the wheel goes from −1 to 1; errors are in this unit, and lower is
              better. The baseline always answers the mean angle. 1,000 frames of one track, of which the
              last 50 of each 250 are for the test: it shows that a network learns to steer there, not
              that it would drive elsewhere.\
              """),
          Map.entry(
              "medical",
              """
              AUC is the area under the ROC curve: 0.5 is chance, 1 perfect. Intervals are by bootstrap over
              the test pictures (624 of pneumonia, 156 of breast cancer). Calibration error: by how much
              the told probability and the share of right answers differ on average, 0 is best; tempered:
              after one temperature was fitted to validation pictures. Chance is 0.167 for six kinds of
              scans. In the maps of pneumonia the upper edge is brightest, not the lungs: the network
              does not look where a physician would. Not for clinical use.\
              """),
          Map.entry(
              "plates",
              """
              Shares of 200 test plates that are right as a whole, and of their signs. 800 plates are few
              to learn Chinese characters, letters and digits from; LPRNet, a published network, learned
              from far more. A beam search of 8 reads no more plates than the best sign of each step. The
              machine that drew the picture has no font with Chinese characters: they are shown as □.\
              """),
          Map.entry(
              "superres",
              """
              PSNR in dB and SSIM (1 is the original), of brightness, on photographs that were not learned
              from; higher is better. Bicubic interpolation is the baseline, and the networks are 0.4 to
              1.2 dB above it.\
              """),
          Map.entry(
              "denoise",
              """
              PSNR in dB and SSIM (1 is the original) of photographs with Gaussian noise of standard
              deviation 25 (of 255); higher is better. The noisy picture and three filters that learn
              nothing are the baselines. The network has the best PSNR, non-local means the best SSIM.\
              """),
          Map.entry(
              "autoencoders",
              """
              Digits are MNIST's. Squared error is the mean over pixels of 0 … 1, lower is better; the
              baseline is as many principal components, the best that a linear code can do. PSNR in dB.
              Locality: the share of a filter's energy in its best 9 × 9 pixels; a filter with its energy
              spread evenly over 28 × 28 would have 0.10.\
              """),
          Map.entry(
              "fewshot",
              """
              20-way one-shot accuracy: the share of drawings that are put to the right one of 20 characters,
              of which one example each is known and none was learned. Chance is 0.05; the baseline
              compares pixels. 20 runs of 20 drawings: one drawing is 0.0025. PyTorch's
              figures are means of six trainings; six of Fovea's come to 0.8054, 0.6250 and 0.7388. Trainings
              that differ in their seed alone scatter by 0.02 to 0.03.\
              """),
          Map.entry(
              "retrieval",
              """
              mAP@10 is the mean average precision of the first ten found, divided by the ten, or fewer,
              that could be right; right is what shares a label. Chance: answers in random order. CIFAR's
              network is a ResNet-20 that learned to tell exactly these ten classes: the 5,000 pictures
              searched are of CIFAR's training set, the 406 asked with of its test set. SqueezeNet, for
              photographs, learned ImageNet's classes. Descriptors made by rules are the baseline, for
              photographs no better than chance. Recall of the index: the share of the true ten nearest
              that HNSW finds. Speeds are those of a machine that other programs shared.\
              """),
          Map.entry(
              "captions",
              """
              BLEU-n compares the told sentences with those of people, by runs of up to n words: 0 to 1,
              higher is better. The baseline repeats the sentence of the training picture whose features
              are nearest. Drawn scenes have a small grammar, and 3,000 of them suffice to beat it. 91
              photographs do not: a BLEU-4 of 0.065 is below the 0.073 of the nearest picture's sentence,
              and PyTorch's 0.100 is hardly above. The network has learned phrases that are often said,
              not to describe photographs; with 20 test photographs such figures are mostly noise.\
              """),
          Map.entry(
              "gan",
              """
              Digits are MNIST's, clothes Fashion-MNIST's. Both figures are computed by a LeNet-5 that has
              learned the same pictures. Fréchet distance between the features of 2,000 drawn and of real
              pictures: 0 is the same distribution, and only figures of this page are comparable, not those
              of papers. Class entropy: how evenly drawings spread over ten classes, in bits; 3.32
              (log₂ 10) is even, 0 is one class. Each figure is of one training. Numbers under the drawings are
              steps of the generator. SN-GAN has not been run in full.\
              """),
          Map.entry(
              "style",
              """
              Relative errors, lower is better: content is how far the features of SqueezeNet are from those
              of the photograph, style how far their Gram matrices are from those of the painting. The
              photograph itself is the baseline: content 0, and a style loss of 0.71 that has to fall. A picture
              trades one for the other; pixel by pixel each picture is optimised anew, the networks paint
              any picture in one pass.\
              """),
          Map.entry(
              "translate",
              """
              L1 is the mean absolute difference to the right emoji, 0 to 1, lower is better; SSIM is 1 for
              the same picture. The baseline is the untouched emoji of the other style. Pairs help a
              little; CycleGAN, which sees no pairs, comes out near the baseline: about a thousand emoji and
              so short a training do not suffice.\
              """),
          Map.entry(
              "dqn",
              """
              Mean rewards of a round. Catch: 1 if the ball is caught, −1 if not. Breakout: bricks of a round,
              which ends with the ball lost or after 300 moves; new bricks appear when all 30 are gone.
              Random moves are the baseline. Each figure is of one training. Catch is solved, Breakout is
              not: six bricks are far from 30.\
              """));

  private GalleryNotes() {}

  /** Returns what the measures of an example mean, as one paragraph. */
  static String of(String name) {
    String note = NOTES.get(name);
    if (note == null) {
      throw new IllegalStateException("gallery: nothing is said of the measures of " + name);
    }
    return note.replace('\n', ' ');
  }
}

package dev.fovea.cli;

import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a network in another format. */
@Command(
    name = "convert",
    header = "Write a network or its weights in another format.",
    description = {
      "Reads any format that inspect knows. The ending of OUT chooses what is written: .safetensors"
          + " for the weights, .onnx for the whole network."
    },
    footer = {
      "",
      "Examples:",
      "  fovea convert model.h5 model.onnx",
      "  fovea convert weights.pth weights.safetensors --net resnet18"
    })
final class ConvertCommand implements Runnable {
  @Parameters(index = "0", paramLabel = "IN", description = "A network or its weights.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  private Path out;

  @Option(
      names = "--net",
      paramLabel = "NAME",
      description = "The network of the zoo that a file of weights alone belongs to.")
  private @Nullable String net;

  @Override
  public void run() {
    ModelFile.requireFile(in);
    ImportedNetwork network = Formats.read(in, Optional.ofNullable(net));
    Model model = network.model();
    model.save(out);
    boolean weightsOnly =
        out.toString().endsWith(".safetensors") && !model.metadata().containsKey(ModelFile.NET);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s: %,d parameters of %s%s",
            Text.oneLine(out.toString()),
            model.parameters().count(false),
            Text.oneLine(in.toString()),
            weightsOnly ? "; the weights alone: the network is not in the zoo" : ""));
  }
}

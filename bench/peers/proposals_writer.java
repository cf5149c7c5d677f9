import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.detect.RegionSearcher;
import dev.fovea.systems.net.*;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.*;

/**
 * Searches regions for regions_twin.py as {@code fast-rcnn-small} and {@code r-cnn-small} do:
 * {@code fovea run bench/peers/proposals_writer.java HEIGHT WIDTH}.
 *
 * <p>Standard input is one picture after the other, as the network takes it: HEIGHT · WIDTH · 3
 * floats of −2 … 2, lowest byte first. For each, standard output is 500 · 4 floats: left, top,
 * right and bottom of regions in pixels, zeros where there are no more.
 */
void main(String[] args) throws IOException {
  if (args.length != 2) {
    throw new IllegalArgumentException(
        "proposals_writer: HEIGHT WIDTH expected, got " + String.join(" ", args));
  }
  Shape shape = Shape.of(Integer.parseInt(args[0]), Integer.parseInt(args[1]), 3);
  RegionSearcher searcher = searcher(shape);
  InputStream in = System.in;
  byte[] bytes = new byte[4 * shape.elements()];
  Tensor picture = Tensor.zeros(shape.prepend(1));
  for (int read = in.readNBytes(bytes, 0, bytes.length);
      read > 0;
      read = in.readNBytes(bytes, 0, bytes.length)) {
    if (read < bytes.length) {
      throw new EOFException(
          "proposals_writer: a picture has " + bytes.length + " bytes, the last one " + read);
    }
    numbers(bytes).get(picture.data());
    float[] regions = searcher.find(picture).data();
    byte[] answer = new byte[4 * regions.length];
    numbers(answer).put(regions);
    System.out.write(answer, 0, answer.length);
    if (System.out.checkError()) {
      throw new IOException("proposals_writer: nobody reads the regions");
    }
  }
}

/** Returns the search that the system itself says it does. */
RegionSearcher searcher(Shape shape) {
  VisionSystem system = Systems.find("fast-rcnn-small");
  Preprocessing rule = system.preprocessing(shape);
  Setup setup = system.setUp(Plan.of(List.of("any"), rule));
  Model used = setup.used(setup.model(Seed.of(0), Engine.ofThreads(1)));
  String how = setup.forOtherTools(used).metadata().get(RegionSearcher.KEY);
  return RegionSearcher.parse(how, rule, system.name());
}

FloatBuffer numbers(byte[] bytes) {
  return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
}

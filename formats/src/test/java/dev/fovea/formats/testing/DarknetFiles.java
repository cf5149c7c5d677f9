package dev.fovea.formats.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A small network of Darknet. */
public final class DarknetFiles {
  private DarknetFiles() {}

  /** Returns sections of every kind that is usual. */
  public static String cfg() {
    return """
    [net]
    # a comment
    width=8
    height=8
    channels=3

    [convolutional]
    batch_normalize=1
    filters=4
    size=3
    stride=1
    pad=1
    activation=leaky

    [convolutional]
    groups=4
    filters=4
    size=3
    stride=2
    pad=1
    activation=linear

    [maxpool]
    size=2
    stride=1

    [dropout]
    probability=.2

    [shortcut]
    from=-3
    activation=linear

    [route]
    layers=-1,-3

    [upsample]
    stride=2

    [route]
    layers=-1,0

    [convolutional]
    filters=6
    size=1
    stride=1
    pad=1
    activation=linear

    [yolo]
    mask=0
    anchors=1,2
    classes=1
    num=1
    """;
  }

  /**
   * Returns weights in the order of the file: a convolution 3 to 4 with batch normalisation, a
   * depthwise one of 4 channels, and a pointwise one of 12 to 6 channels.
   */
  public static byte[] weights() {
    return weights(
        List.of(
            RandomTensors.random(1, 8).data(),
            RandomTensors.random(2, 4).data(),
            RandomTensors.positive(3, 4).data(),
            RandomTensors.random(4, 4 * 3 * 9).data(),
            RandomTensors.random(5, 4).data(),
            RandomTensors.random(6, 4 * 9).data(),
            RandomTensors.random(7, 6).data(),
            RandomTensors.random(8, 6 * 12).data()));
  }

  /** Returns a file of version 0.2.5 with these numbers. */
  public static byte[] weights(List<float[]> numbers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer header = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(header.putInt(0).putInt(2).putInt(5).putLong(32000).array());
    numbers.forEach(n -> out.writeBytes(RandomTensors.bytes(n)));
    return out.toByteArray();
  }
}

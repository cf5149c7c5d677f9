package dev.fovea.bench.peers;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * The process in which DJL with ONNX Runtime serves a network of ONNX, as an application would that
 * has the JDK alone for its server. Arguments: the file, the number of threads, the shape of an
 * input such as 1,1,28,28. {@code POST /infer} takes the values of one sample as 32-bit floats and
 * gives those of the output.
 */
final class DjlServer {
  private final ZooModel<NDList, NDList> model;
  private final Shape shape;

  /** Predictors that nobody uses: each serves one thread at a time. */
  private final ConcurrentLinkedQueue<Predictor<NDList, NDList>> idle =
      new ConcurrentLinkedQueue<>();

  private DjlServer(ZooModel<NDList, NDList> model, Shape shape) {
    this.model = model;
    this.shape = shape;
  }

  /** Serves until it is ended from outside. */
  public static void main(String[] args) throws IOException, ModelException {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("sun.net.httpserver.nodelay", "true");
    ZooModel<NDList, NDList> model =
        Criteria.builder()
            .setTypes(NDList.class, NDList.class)
            .optEngine("OnnxRuntime")
            .optModelPath(Path.of(args[0]))
            .optOption("intraOpNumThreads", args[1])
            .optTranslator(new NoopTranslator(null))
            .build()
            .loadModel();
    long[] dims = Stream.of(args[2].split(",")).mapToLong(Long::parseLong).toArray();
    DjlServer served = new DjlServer(model, new Shape(dims));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/infer", served::answer);
    server.start();
    System.out.println("{\"port\": " + server.getAddress().getPort() + "}");
    System.out.flush();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] output = infer(exchange.getRequestBody().readAllBytes());
      exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
      exchange.sendResponseHeaders(200, output.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(output);
      }
    }
  }

  private byte[] infer(byte[] body) throws IOException {
    Predictor<NDList, NDList> free = idle.poll();
    Predictor<NDList, NDList> predictor = free == null ? model.newPredictor() : free;
    try (NDManager manager = model.getNDManager().newSubManager()) {
      float[] values = new float[body.length / Float.BYTES];
      ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      NDArray input = manager.create(values, shape);
      try (NDList output = predictor.predict(new NDList(input))) {
        return bytes(output.singletonOrThrow().toFloatArray());
      }
    } catch (TranslateException e) {
      throw new IOException(e);
    } finally {
      idle.add(predictor);
    }
  }

  private static byte[] bytes(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes.array();
  }
}

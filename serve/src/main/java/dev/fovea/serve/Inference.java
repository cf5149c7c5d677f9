package dev.fovea.serve;

import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.serve.batch.Batcher;
import dev.fovea.serve.http.HttpException;
import dev.fovea.serve.http.Reply;
import dev.fovea.serve.http.Request;
import dev.fovea.serve.picture.PictureOptions;
import dev.fovea.serve.protocol.InferReader;
import dev.fovea.serve.protocol.InferReply;
import dev.fovea.serve.protocol.InferRequest;
import dev.fovea.serve.protocol.JsonMemory;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.PictureDecoder;
import dev.fovea.vision.Placed;
import dev.fovea.vision.Placement.Size;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers with what models compute. */
final class Inference {
  /** Bytes of memory that an answer about each pixel may take for a pixel: three maps. */
  private static final long PIXEL_BYTES = 3 * Float.BYTES;

  /** An answer of more numbers takes a while to write. */
  private static final int BRIEF_NUMBERS = 4_096;

  private static final long MOST_PIXELS = 40_000_000;

  private final Registry registry;
  private final Duration deadline;
  private final PictureDecoder decoder = new PictureDecoder(MOST_PIXELS);

  /**
   * Leaves a processor to other requests while pictures are decoded, answers are made and requests
   * are computed by the threads that read them.
   */
  private final Semaphore processors =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));

  Inference(Registry registry, Duration deadline) {
    this.registry = registry;
    this.deadline = deadline;
  }

  /**
   * Returns whether a request of the Open Inference Protocol, whose body is there, takes next to
   * nothing.
   *
   * @throws HttpException 404 if there is no such model
   */
  boolean isBrief(Request request, String name, OptionalInt version) {
    LoadedModel model = registry.find(name, version);
    return request.header("Content-Encoding").isEmpty()
        && model.batcher().isQuick()
        && mostNumbers(model.served().model(), request.body().available()) <= BRIEF_NUMBERS;
  }

  /** Returns how many numbers the answer to a body may have: a number of an input takes a byte. */
  private static long mostNumbers(Model model, int bytes) {
    return numbers(model.outputs()) * Math.max(1, bytes / Math.max(1, numbers(model.inputs())));
  }

  private static long numbers(List<Shape> shapes) {
    return shapes.stream().mapToLong(Shape::elements).sum();
  }

  /** Answers a request of the Open Inference Protocol. */
  CompletableFuture<Reply> infer(Request request, String name, OptionalInt version)
      throws IOException {
    LoadedModel _ = registry.find(name, version); // before the body is read
    byte[] body = request.readBody();
    int json = request.header(InferReply.LENGTH).map(Inference::length).orElse(body.length);
    request.memory().take(JsonMemory.bytes(body, Math.min(json, body.length)));
    return registry.use(
        name,
        version,
        request.memory(),
        model -> {
          InferRequest asked = InferReader.read(body, json, model.ports(), request.memory()::take);
          Duration timeout =
              asked.timeout().filter(t -> t.compareTo(deadline) < 0).orElse(deadline);
          InferReply reply = new InferReply(asked, model.ports(), model.served().model()::labels);
          request.memory().take(reply.memory()); // before there are outputs
          return then(
              computed(model.batcher(), asked.inputs(), timeout, request.patient()),
              request,
              outputs -> reply.write(name, Integer.toString(model.served().version()), outputs));
        });
  }

  /**
   * Computes at once, or by the queue. A patient thread computes itself what meets nobody and takes
   * not long, so that no other thread wakes for it, if a processor is free for that; any other only
   * what is quick.
   */
  private CompletableFuture<List<Tensor>> computed(
      Batcher batcher, List<Tensor> inputs, Duration timeout, boolean patient) {
    if (!patient || processors.hasQueuedThreads() || !processors.tryAcquire()) {
      return batcher.runOrSubmit(inputs, timeout, false);
    }
    try {
      return batcher.runOrSubmit(inputs, timeout, true);
    } finally {
      processors.release();
    }
  }

  /** Goes on at once with what is there, else on the request's own threads, failed or not. */
  private static <T> CompletableFuture<Reply> then(
      CompletableFuture<T> result, Request request, Function<T, Reply> work) {
    return result.isDone()
        ? result.thenApply(work)
        : result.whenCompleteAsync((_, _) -> {}, request.threads()).thenApply(work);
  }

  private static int length(String header) {
    if (!header.matches("\\d{1,9}")) {
      throw new HttpException(400, InferReply.LENGTH + ": a number expected");
    }
    return Integer.parseInt(header);
  }

  /** Answers what is in a picture. */
  CompletableFuture<Reply> predict(Request request, String name, OptionalInt version)
      throws IOException {
    LoadedModel.Pictures _ = registry.find(name, version).pictures(); // before the body is read
    PictureOptions options = PictureOptions.of(request.arguments());
    requireNoForm(request);
    byte[] body = request.readBody();
    long until = System.nanoTime() + deadline.toNanos();
    return registry.use(
        name,
        version,
        request.memory(),
        model -> {
          LoadedModel.Pictures pictures = model.pictures();
          Placed placed =
              processing(
                  until, () -> decoder.place(body, "picture", pictures.rule().preprocessing()));
          if (pictures.ofPixels()) {
            Size p = placed.placement().picture();
            request.memory().take(PIXEL_BYTES * p.width() * p.height());
          }
          request.memory().take(Float.BYTES * numbers(model.served().model().outputs()));
          Tensor input = pictures.rule().input(placed.input());
          Tensor batch = input.reshape(input.shape().prepend(1));
          return then(
              computed(model.batcher(), List.of(batch), left(until), request.patient()),
              request,
              outputs ->
                  processing(
                      until,
                      () -> {
                        Map<String, Object> answer = new LinkedHashMap<>();
                        answer.put("model", name);
                        answer.put("version", model.served().version());
                        answer.putAll(pictures.task().answer(outputs, placed.placement(), options));
                        return Reply.json(answer);
                      }));
        });
  }

  /** Programs that send forms put lines of text before the bytes of a file. */
  private static void requireNoForm(Request request) {
    String type = request.header("Content-Type").orElse("");
    if (type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      throw new HttpException(
          415,
          "Content-Type: the bytes of one picture expected, as with curl --data-binary @FILE, got a"
              + " form ("
              + Text.shown(type)
              + ")");
    }
  }

  private static Duration left(long until) {
    return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
  }

  /**
   * Does work that keeps a processor busy, once one is free for it.
   *
   * @throws HttpException 504 if none is in time, 503 if the server ends
   */
  private <T> T processing(long until, Supplier<T> work) {
    try {
      if (!processors.tryAcquire(left(until).toNanos(), TimeUnit.NANOSECONDS)) {
        throw new HttpException(504, "the request's time was over before a processor was free");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HttpException(503, "the server is ending", e);
    }
    try {
      return work.get();
    } finally {
      processors.release();
    }
  }
}

/** Models as a service: the Open Inference Protocol over HTTP. */
module dev.fovea.serve {
  requires static org.jspecify;
  requires transitive dev.fovea.core;
  requires transitive dev.fovea.formats;
  requires dev.fovea.systems;
  requires dev.fovea.vision;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;

  exports dev.fovea.serve;
  exports dev.fovea.serve.batch;
}

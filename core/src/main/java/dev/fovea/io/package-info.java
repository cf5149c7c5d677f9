/**
 * Files: safetensors, strict JSON, text and tables; nothing is ever half written.
 *
 * <pre>
 *    tensors, metadata → Safetensors → AtomicFiles → file
 *    file → HeapBound → SafetensorsReader, JsonParser, TextFile → values
 * </pre>
 */
@NullMarked
package dev.fovea.io;

import org.jspecify.annotations.NullMarked;

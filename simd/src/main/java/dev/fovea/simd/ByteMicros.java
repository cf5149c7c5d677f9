package dev.fovea.simd;

import dev.fovea.engine.kernel.ByteProducts;
import java.util.Optional;

/**
 * Micro-kernels that compute on bytes.
 *
 * @param products sums of products
 * @param windows depthwise windows; empty if those of the Vector API compute them
 */
public record ByteMicros(ByteProducts products, Optional<ByteWindows> windows) {}

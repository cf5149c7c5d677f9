package dev.fovea.serve.http;

import java.time.Duration;

/**
 * What clients may take.
 *
 * @param connections how many may be open at once; further ones are closed at once
 * @param patience how long is waited for a request, for its body, and until a client has taken an
 *     answer; then its connection is closed
 * @param bodyBytes the most bytes of a body
 */
public record ConnectionLimits(int connections, Duration patience, int bodyBytes) {}

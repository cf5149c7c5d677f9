package dev.fovea.apps.search;

/**
 * What a search has found.
 *
 * @param name what was found
 * @param similarity the cosine of the angle between both vectors, 1 for the same direction
 */
public record Match(String name, double similarity) {}

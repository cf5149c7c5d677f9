/**
 * Driving: {@link dev.fovea.apps.drive.Frame}s of a car's camera with the angle of its wheel, read
 * from {@link dev.fovea.apps.drive.DonkeyTub}s or drawn as {@link dev.fovea.apps.drive.DrawnRoads}.
 */
@NullMarked
package dev.fovea.apps.drive;

import org.jspecify.annotations.NullMarked;

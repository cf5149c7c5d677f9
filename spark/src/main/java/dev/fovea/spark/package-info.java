/**
 * Training and prediction on a cluster, over Apache Spark: {@link dev.fovea.spark.SparkTrainer}
 * trains on a table of pictures, {@link dev.fovea.spark.FoveaModel} predicts for one.
 */
@NullMarked
package dev.fovea.spark;

import org.jspecify.annotations.NullMarked;

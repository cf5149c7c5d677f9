package dev.fovea.op;

/**
 * The parameters of one model in one array, each found by its name.
 *
 * <p>A {@link Source.Parameter} is known by its store and its name. Stores are compared by
 * identity: two models of one architecture have two.
 */
public interface ParameterStore {
  /** The store of parameters that have no place yet: those of a graph that is only looked at. */
  ParameterStore NONE =
      new ParameterStore() {
        @Override
        public int offset(String parameter) {
          throw new IllegalStateException("parameter " + parameter + " has no place");
        }

        @Override
        public float[] values() {
          throw new IllegalStateException("parameters that have no place have no values");
        }

        @Override
        public long version() {
          return 0;
        }
      };

  /** Returns the index of a parameter's first element in {@link #values}. */
  int offset(String parameter);

  /** Returns the array that holds all values; not a copy. */
  float[] values();

  /** Returns a number that grows whenever values change. */
  long version();
}

/** Micro-kernels in machine code, which is written at run time. */
module dev.fovea.machine {
  requires static org.jspecify;
  requires dev.fovea.core;
  requires dev.fovea.simd;

  provides dev.fovea.simd.MicroSource with
      dev.fovea.machine.MachineCode;
}

package dev.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BenchNetsTest {
  /**
   * Expected, from PyTorch's script: {@code flops(net, torch.randn(1, *chw))}, the sum of {@code
   * p.numel()} over the parameters, and over the running means and variances.
   */
  @ParameterizedTest
  @CsvSource({
    "lenet5,833040,61706,0",
    "alexnet,2270512192,62378344,0",
    "vgg16,30940528640,138357544,0",
    "resnet18,3628146688,11689512,9600",
    "resnet50,8178368512,25557032,53120",
    "mobilenet,1137480704,4231976,21888",
    "unet,24071110656,7762498,5888"
  })
  void areThoseOfTheScript(String name, long flops, long trained, long statistics) {
    BenchNet net = BenchNets.find(name);
    assertThat(net.flops()).isEqualTo(flops);
    Model model = net.model(Engine.idle());
    assertThat(model.parameters().count(true)).isEqualTo(trained);
    assertThat(model.parameters().count(false)).isEqualTo(trained + statistics);
  }

  @Test
  void anUnknownNetIsNamedWithTheNearest() {
    assertThatThrownBy(() -> BenchNets.find("resnet5"))
        .hasMessageContaining("--net: no benchmark of \"resnet5\"")
        .hasMessageContaining("lenet5, alexnet, vgg16");
  }
}

package io.pika.tests.cluster;

import io.pika.testkit.process.TestCluster;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;
import org.jspecify.annotations.Nullable;

/**
 * Gives a test the one cluster of three nodes that all suites share, started by the first that asks and ended
 * after the last. Suites that hurt processes start a cluster of their own.
 */
public final class SharedCluster implements ParameterResolver, TestWatcher {
  private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace
      .create(SharedCluster.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getRoot().getStore(SPACE).computeIfAbsent(TestCluster.class,
        type -> TestCluster.of(3).nodeHeapMb(512).start(), TestCluster.class);
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    TestCluster cluster = context.getRoot().getStore(SPACE).get(TestCluster.class, TestCluster.class);
    if (cluster != null) {
      System.out
          .println(context.getDisplayName() + " failed; what the processes said last:\n" + cluster.logs());
    }
  }
}

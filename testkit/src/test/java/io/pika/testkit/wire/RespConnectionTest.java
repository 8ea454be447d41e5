package io.pika.testkit.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RespConnectionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Test
  void repliesOfBothProtocolsAreReadWithTheirExactBytes() throws IOException {
    String all = "+OK\r\n-ERR no\r\n:7\r\n$-1\r\n$4\r\na\r\nb\r\n*-1\r\n*2\r\n:1\r\n*0\r\n%1\r\n+k\r\n_\r\n,1.5\r\n#t\r\n";
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RespConnection connection = RespConnection.open("127.0.0.1", server.getLocalPort(), TIMEOUT);
        Socket other = server.accept()) {
      other.getOutputStream().write(all.getBytes(ISO_8859_1));
      other.shutdownOutput();

      assertThat(connection.read()).isEqualTo(RespValue.OK);
      assertThat(connection.read()).isEqualTo(new RespValue.Err("ERR no"));
      assertThat(connection.read().number()).isEqualTo(7);
      assertThat(connection.read().isNull()).isTrue();
      assertThat(connection.read()).isEqualTo(RespValue.bulk("a\r\nb"));
      assertThat(connection.read().isNull()).isTrue();
      assertThat(connection.readRaw()).isEqualTo("*2\r\n:1\r\n*0\r\n".getBytes(ISO_8859_1));
      assertThat(connection.read().items())
          .isEqualTo(List.of(new RespValue.Simple("k"), new RespValue.Null()));
      assertThat(connection.read().text()).isEqualTo("1.5");
      assertThat(connection.read()).isEqualTo(new RespValue.Scalar('#', "t"));
      assertThatThrownBy(connection::read).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void commandsAreSentAsArraysOfBulkStrings() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RespConnection connection = RespConnection.open("127.0.0.1", server.getLocalPort(), TIMEOUT);
        Socket other = server.accept()) {
      connection.send("SET", "k", "");
      connection.sendRaw(new byte[]{0, 1});
      connection.shutdownOutput();

      byte[] sent = other.getInputStream().readAllBytes();
      assertThat(new String(sent, ISO_8859_1)).isEqualTo("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n\0\1");
    }
  }
}

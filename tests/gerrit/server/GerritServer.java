import com.google.gerrit.pgm.Daemon;
import com.google.gerrit.pgm.Init;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Starts Gerrit on loopback until standard input is closed: {@code java -cp ... GerritServer.java SITE HTTP SSH
 * [EXPERIMENT]}.
 * Prints READY when it answers. The account of the administrator is {@code admin} with the password {@code secret}.
 */
public class GerritServer {
  public static void main(String[] arguments) throws Exception {
    Path site = Path.of(arguments[0]);
    String url = "http://127.0.0.1:" + arguments[1] + "/";
    Path config = site.resolve("etc/gerrit.config");
    Files.createDirectories(config.getParent());
    Files.writeString(
        config,
        String.join(
            "\n",
            "[gerrit]",
            "  basePath = git",
            "  canonicalWebUrl = " + url,
            "[auth]",
            "  type = DEVELOPMENT_BECOME_ANY_ACCOUNT",
            "[httpd]",
            "  listenUrl = " + url,
            "[sshd]",
            "  listenAddress = 127.0.0.1:" + arguments[2],
            "[index]",
            "  type = lucene",
            "[sendemail]",
            "  enable = false",
            arguments.length > 3 ? "[experiments]\n  enabled = " + arguments[3] : "",
            ""));
    new Init(site)
        .main(
            new String[] {
              "-d", site.toString(), "--batch", "--dev", "--no-auto-start", "--skip-plugins", "--skip-all-downloads"
            });
    Thread daemon = new Thread(() -> run(site));
    daemon.start();
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private static void run(Path site) {
    try {
      new Daemon(() -> System.out.println("READY"), site)
          .main(new String[] {"-d", site.toString(), "--headless", "--console-log"});
    } catch (Exception error) {
      error.printStackTrace();
      System.exit(1);
    }
  }
}

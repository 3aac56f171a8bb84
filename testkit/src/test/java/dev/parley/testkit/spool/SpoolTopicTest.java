package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Outgoing;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.SubscribeOptions;
import dev.parley.Subscription;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.contract.TopicContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where temporary files are: on most machines a disk, with its syncs.
class SpoolTopicTest extends TopicContract {
  @TempDir private Path dir;

  @Override
  protected Space newSpace() throws IOException {
    return Space.open(dir.resolve("space"));
  }

  @Test
  void whatWasPublishedIsThereForTheNextClaimEvenIfNoEventTellsOfIt() throws Exception {
    FaultyKernel deaf = FaultyKernel.over(Kernel.linux()).failFrom("inotifyInit", 1, Errno.EMFILE);
    SpaceOptions options = SpaceOptions.defaults().withKernel(deaf.kernel());
    try (Space space = Space.open(space().path(), options);
        Subscription subscription = space.subscribe(SubscribeOptions.to("news.*"))) {
      for (String topic : new String[] {"news.one", "news.two"}) {
        openAgain().topic(topic).publish(Outgoing.of(topic));
        assertThat(takeAll(subscription)).containsExactly(topic);
      }
    }
  }
}

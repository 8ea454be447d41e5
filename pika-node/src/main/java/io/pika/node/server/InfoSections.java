package io.pika.node.server;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.settings.NodeMemory;
import io.pika.node.log.LogStats;
import io.pika.node.pubsub.ChannelKind;
import io.pika.node.pubsub.Subscriptions;
import io.pika.node.settings.NodeSettings;
import io.pika.node.store.StoreStats;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** What the sections of INFO say. About data and clients: of the session's own table only. */
final class InfoSections {

  private final NodeServer.Parts parts;
  private final Statistics statistics;
  private final ClientConnections connections;
  private final Subscriptions subscriptions;
  private final long startedNanos;
  private final String runId;

  InfoSections(NodeServer.Parts parts, Statistics statistics, ClientConnections connections,
      Subscriptions subscriptions) {
    this.parts = parts;
    this.statistics = statistics;
    this.connections = connections;
    this.subscriptions = subscriptions;
    this.startedNanos = parts.nanoTime().getAsLong();
    byte[] id = new byte[20];
    parts.random().nextBytes(id);
    this.runId = HexFormat.of().formatHex(id);
  }

  InfoReport report(KeyCounts keys, KeyCountsByType byType) {
    return new InfoReport(keys, byType).section("Server", this::server).section("Clients", this::clients)
        .section("Memory", this::memory).section("Persistence", this::persistence)
        .section("Stats", this::stats)
        .section("Replication", (table, lines) -> lines.put("role", "master").put("connected_slaves", 0))
        .section("CPU", (table, lines) -> cpu(lines)).section("Cluster", this::cluster)
        .detail("Commandstats", this::commandStats).section("Errorstats", this::errorStats);
  }

  private void server(int table, InfoSection lines) {
    long uptime = Duration.ofNanos(parts.nanoTime().getAsLong() - startedNanos).toSeconds();
    lines.put("redis_version", InfoReport.REDIS_VERSION).put("redis_mode", "standalone")
        .put("pika_version", NodeVersion.TEXT).put("os", System.getProperty("os.name") + " "
            + System.getProperty("os.arch"))
        .put("arch_bits", 64).put("process_id", ProcessHandle.current().pid()).put("run_id", runId)
        .put("tcp_port", parts.settings().get(NodeSettings.PORT))
        .put("server_time_usec", parts.clock().millis() * 1000).put("uptime_in_seconds", uptime)
        .put("uptime_in_days", uptime / 86_400);
  }

  private void clients(int table, InfoSection lines) {
    List<ClientConnection> clients = connections.on(table);
    lines.put("connected_clients", clients.size()).put("maxclients", connections.most())
        .put("blocked_clients", clients.stream().filter(ClientConnection::isWaiting).count())
        .put("tracking_clients", 0);
  }

  private void memory(int table, InfoSection lines) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    NodeMemory shares = ProcessMemory.shares(parts.settings());
    StoreStats store = parts.store().stats();
    lines.put("used_memory", heap.getUsed()).put("used_memory_human", human(heap.getUsed()))
        .put("used_memory_rss", ProcessMemory.residentBytes())
        .put("total_system_memory", ProcessMemory.machineBytes())
        .put("memory_budget_bytes", shares.budgetBytes()).put("memory_heap_limit_bytes", shares.heapBytes())
        .put("memory_direct_limit_bytes", shares.directBytes())
        .put("memory_data_limit_bytes", shares.dataBytes()).put("maxmemory", 0)
        .put("maxmemory_policy", "noeviction")
        .put("memory_tier_bytes", store.tierBytes()).put("memtable_bytes", store.memtableBytes())
        .put("block_cache_bytes", store.blockCacheBytes())
        .put("read_tier_bytes", store.reads().reservedBytes())
        .put("read_tier_entries", store.reads().entries()).put("read_tier_hits", store.reads().hits())
        .put("read_tier_misses", store.reads().misses())
        .put("read_tier_evictions", store.reads().evictions());
  }

  private static String human(long bytes) {
    return String.format(Locale.ROOT, "%.2fM", bytes / (double) (1 << 20));
  }

  /** Everything is written at once, so nothing is ever being saved. */
  private void persistence(int table, InfoSection lines) {
    LogStats log = parts.store().stats().log();
    lines.put("loading", 0).put("rdb_bgsave_in_progress", 0).put("aof_enabled", 1)
        .put("aof_last_write_status", log.broken() ? "err" : "ok")
        .put("log_fsync", parts.store().log().fsync().name().toLowerCase(Locale.ROOT))
        .put("log_bytes_not_synced", log.endPosition() - log.syncedPosition());
  }

  private void stats(int table, InfoSection lines) {
    Counters counters = statistics.of(table);
    lines.put("total_commands_processed", counters.totalCalls())
        .put("total_error_replies", counters.totalErrors())
        .put("evicted_keys", 0).put("pubsub_channels", subscriptions.size(table, ChannelKind.CHANNEL))
        .put("pubsub_patterns", subscriptions.size(table, ChannelKind.PATTERN))
        .put("pubsubshard_channels", subscriptions.size(table, ChannelKind.SHARD));
  }

  private static void cpu(InfoSection lines) {
    double seconds = ManagementFactory
        .getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
            ? os.getProcessCpuTime() / 1e9
            : 0;
    lines.put("used_cpu_sys", "0.000000").put("used_cpu_user", String.format(Locale.ROOT, "%.6f", seconds));
  }

  private void cluster(int tableId, InfoSection lines) {
    lines.put("cluster_enabled", 0);
    Table table = parts.topology().table(tableId);
    if (table != null) {
      long here = table.ranges().stream().filter(range -> range.leader() == parts.self())
          .mapToLong(SlotRange::slots).sum();
      lines.put("table", table.name()).put("table_id", table.id()).put("table_slots", table.slots())
          .put("table_slots_led_by_this_node", here);
    }
    lines.put("node_id", parts.self()).put("topology_version", parts.topology().version());
  }

  private void commandStats(int table, InfoSection lines) {
    statistics.of(table).forEach((command, of) -> {
      long calls = of.calls.sum();
      long micros = of.micros.sum();
      lines.put("cmdstat_" + command.redisName(),
          String.format(Locale.ROOT, "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
              calls,
              micros, calls == 0 ? 0.0 : (double) micros / calls, of.rejected.sum(), of.failed.sum()));
    });
  }

  private void errorStats(int table, InfoSection lines) {
    statistics.of(table).errors().forEach((code, count) -> lines.put("errorstat_" + code, "count=" + count));
  }
}

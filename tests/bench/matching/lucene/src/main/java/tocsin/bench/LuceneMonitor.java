package tocsin.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.monitor.MatchingQueries;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorConfiguration;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.Presearcher;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.monitor.TermFilteredPresearcher;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.IndexSearcher;

/**
 * Lucene's Monitor under measurement: arguments RULES TEXTS multi|term, then orders on standard input, as
 * tests/bench/matching/process.py describes. In memory, one thread, matches without their places.
 */
public final class LuceneMonitor {
  private static final int BATCH = 20_000;
  private static final String FIELD = "text";
  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

  private final Monitor monitor;
  private final List<Document> documents;

  private LuceneMonitor(Monitor monitor, List<Document> documents) {
    this.monitor = monitor;
    this.documents = documents;
  }

  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    IndexSearcher.setMaxClauseCount(Integer.MAX_VALUE);
    double began = processSeconds();
    try (Monitor monitor = register(Path.of(arguments[0]), presearcher(arguments[2]))) {
      double took = processSeconds() - began;
      say("{\"built\": %f, \"memory\": %d, \"rules\": %d}", took, liveHeap(), monitor.getQueryCount());
      new LuceneMonitor(monitor, read(Path.of(arguments[1]))).serve();
    }
  }

  private static Presearcher presearcher(String name) {
    return switch (name) {
      case "multi" -> new MultipassTermFilteredPresearcher(3);
      case "term" -> new TermFilteredPresearcher();
      default -> throw new IllegalArgumentException("the presearcher is multi or term, not " + name);
    };
  }

  private static Monitor register(Path rules, Presearcher presearcher) throws IOException, ParseException {
    MonitorConfiguration configuration = new MonitorConfiguration();
    configuration.setQueryUpdateBufferSize(50_000);
    WordAnalyzer analyzer = new WordAnalyzer();
    Monitor monitor = new Monitor(analyzer, presearcher, configuration);
    QueryParser parser = new QueryParser(FIELD, analyzer);
    List<MonitorQuery> batch = new ArrayList<>();
    int number = 0;
    try (BufferedReader lines = Files.newBufferedReader(rules)) {
      for (String line; (line = lines.readLine()) != null; ) {
        batch.add(new MonitorQuery(Integer.toString(number++), parser.parse(line)));
        if (batch.size() == BATCH) {
          monitor.register(batch);
          batch = new ArrayList<>();
        }
      }
    }
    monitor.register(batch);
    monitor.purgeCache();
    return monitor;
  }

  private static List<Document> read(Path texts) throws IOException {
    List<Document> documents = new ArrayList<>();
    for (String line : Files.readAllLines(texts)) {
      Document document = new Document();
      document.add(new TextField(FIELD, line, Field.Store.NO));
      documents.add(document);
    }
    return documents;
  }

  private void serve() throws IOException {
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = orders.readLine()) != null; ) {
      String[] order = line.split(" ", 3);
      switch (order[0]) {
        case "warm" -> warm(Double.parseDouble(order[1]));
        case "round" -> round(Integer.parseInt(order[1]));
        case "matches" -> write(Integer.parseInt(order[1]), Path.of(order[2]));
        default -> throw new IllegalArgumentException("no such order: " + line);
      }
    }
  }

  /** Matches until so many seconds of processor time have gone, and says how many articles that were a second. */
  private void warm(double seconds) throws IOException {
    double began = processSeconds();
    double took = 0;
    int done = 0;
    do {
      match(documents.get(done++ % documents.size()));
      took = processSeconds() - began;
    } while (took < seconds);
    say("{\"rate\": %f}", done / took);
  }

  /** Matches the first `count` texts once each. */
  private void round(int count) throws IOException {
    long[] nanoseconds = new long[count];
    long matched = 0;
    long evaluated = 0;
    double began = processSeconds();
    long wall = System.nanoTime();
    for (int at = 0; at < count; at++) {
      long start = THREAD.getCurrentThreadCpuTime();
      MatchingQueries<QueryMatch> found = match(documents.get(at));
      nanoseconds[at] = THREAD.getCurrentThreadCpuTime() - start;
      matched += found.getMatchCount();
      evaluated += found.getQueriesRun();
    }
    double wallSeconds = (System.nanoTime() - wall) / 1e9;
    double took = processSeconds() - began;
    String each = LongStream.of(nanoseconds).mapToObj(Long::toString).collect(Collectors.joining(", "));
    say(
        "{\"cpu\": %f, \"wall\": %f, \"evaluated\": %d, \"matched\": %d, \"spans\": 0, \"nanoseconds\": [%s]}",
        took, wallSeconds, evaluated, matched, each);
  }

  private void write(int count, Path path) throws IOException {
    try (PrintWriter out = new PrintWriter(path.toFile(), StandardCharsets.UTF_8)) {
      for (int at = 0; at < count; at++) {
        for (QueryMatch found : match(documents.get(at)).getMatches()) {
          out.println(at + "\t" + found.getQueryId());
        }
      }
    }
    say("{}");
  }

  private MatchingQueries<QueryMatch> match(Document document) {
    try {
      return monitor.match(document, QueryMatch.SIMPLE_MATCHER);
    } catch (IOException impossible) {
      throw new UncheckedIOException("an index in memory", impossible);
    }
  }

  /** Processor time of the whole process, compiler and collector included. */
  private static double processSeconds() {
    var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  private static long liveHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
    System.out.flush();
  }
}

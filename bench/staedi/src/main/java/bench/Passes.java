package bench;

import com.sun.management.OperatingSystemMXBean;
import io.xlate.edi.schema.Schema;
import io.xlate.edi.schema.SchemaFactory;
import io.xlate.edi.stream.EDIInputFactory;
import io.xlate.edi.stream.EDIStreamEvent;
import io.xlate.edi.stream.EDIStreamReader;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Measures passes of StAEDI over files, one command and one answer a line, as `bench/worker.py` has it.
 *
 * <p>The arguments are schemas, each with a name, which is the task of a command: `850=file`. The CPU seconds
 * are those of the whole process: what the compiler and the collector take is among them.
 *
 * <p>Every event is taken and every fault is seen; no text is asked for and nothing is built of it.
 */
public final class Passes {
    private static final Logger LOG = Logger.getLogger("io.xlate.edi");
    private static final int MOST_FAULTS = 20;

    private final EDIInputFactory inputs = EDIInputFactory.newFactory();
    private final Map<String, Schema> schemas = new HashMap<>();
    private final Set<String> faults = new TreeSet<>();

    private Passes() {
    }

    public static void main(String[] arguments) throws Exception {
        LOG.setLevel(Level.WARNING);
        Passes passes = new Passes();
        for (String argument : arguments) {
            String[] named = argument.split("=", 2);
            try (InputStream definition = Files.newInputStream(Path.of(named[1]))) {
                passes.schemas.put(named[0], SchemaFactory.newFactory().createSchema(definition));
            }
        }
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(passes.pass(line.split("\t")));
        }
    }

    /** One pass over the files of a command; its first word names the schema. */
    private String pass(String[] command) throws Exception {
        Schema schema = schemas.get(command[0]);
        List<byte[]> files = new ArrayList<>();
        for (int each = 1; each < command.length; each++) {
            files.add(Files.readAllBytes(Path.of(command[each])));
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        faults.clear();
        System.gc();
        long started = process.getProcessCpuTime();
        int accepted = 0;
        for (byte[] file : files) {
            accepted += validate(file, schema);
        }
        double seconds = (process.getProcessCpuTime() - started) / 1e9;
        String told = faults.isEmpty() ? "" : "\"" + String.join("\", \"", faults) + "\"";
        String answer = "{\"cpu\": %.6f, \"accepted\": %d, \"faults\": [%s]}";
        return String.format(Locale.ROOT, answer, seconds, accepted, told);
    }

    /** How many transaction sets have no fault; none when one lies outside of them. */
    private int validate(byte[] file, Schema schema) throws Exception {
        int accepted = 0;
        boolean sound = true;
        boolean good = true;
        boolean inside = false;
        try (EDIStreamReader reader = inputs.createEDIStreamReader(new ByteArrayInputStream(file))) {
            while (reader.hasNext()) {
                EDIStreamEvent event = reader.next();
                switch (event) {
                    case START_TRANSACTION -> {
                        reader.setTransactionSchema(schema);
                        inside = true;
                        good = true;
                    }
                    case END_TRANSACTION -> {
                        inside = false;
                        accepted += good ? 1 : 0;
                    }
                    case SEGMENT_ERROR, ELEMENT_DATA_ERROR, ELEMENT_OCCURRENCE_ERROR -> {
                        good = false;
                        sound &= inside;
                        if (faults.size() < MOST_FAULTS) {
                            faults.add(reader.getErrorType() + " " + reader.getReferenceCode());
                        }
                    }
                    default -> {
                    }
                }
            }
        }
        return sound ? accepted : 0;
    }
}

import java.io.FileInputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Prints one line for each file and flavour, and one for each rule that is broken: {@code Validate 3a,ua1 FILE…}. */
public class Validate {
  public static void main(String[] arguments) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    boolean isValid = true;
    for (int index = 1; index < arguments.length; index++) {
      for (String id : arguments[0].split(",")) isValid &= validate(arguments[index], PDFAFlavour.byFlavourId(id));
    }
    System.exit(isValid ? 0 : 1);
  }

  private static boolean validate(String file, PDFAFlavour flavour) throws Exception {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      ValidationResult result = validator.validate(parser);
      System.out.println(file + " " + flavour.getId() + " compliant=" + result.isCompliant());
      Map<String, Integer> broken = new LinkedHashMap<>();
      for (TestAssertion each : result.getTestAssertions()) {
        if (each.getStatus() != TestAssertion.Status.FAILED) continue;
        String rule = each.getRuleId().getClause() + "-" + each.getRuleId().getTestNumber() + " " + each.getMessage();
        broken.merge(rule, 1, Integer::sum);
      }
      broken.forEach((rule, count) -> System.out.println("  " + count + " x " + rule));
      return result.isCompliant();
    }
  }
}

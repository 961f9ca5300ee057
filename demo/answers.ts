import type { DemoAnswer, DemoAnswers } from './scenario-types.ts';

/**
 * Filled-in components to build forms from. `plain` is all V without a text (allowed when the policy asks for O and G only);
 * in the others the text speaks about the criteria that got the O or the G.
 */
export type Flavour = 'plain' | 'good' | 'alsoGood' | 'weak';
type AnswerSet = Readonly<
  Partial<Record<Flavour, DemoAnswer>> & { plain: DemoAnswer; good: DemoAnswer; weak: DemoAnswer }
>;

const plain = (criteria: number): DemoAnswer => ({ scores: 'V'.repeat(criteria), justification: '' });
const answer = (scores: string, justification: string): DemoAnswer => ({ scores, justification });

/** Component ref → answers, for the unit `EX1` of `ZDB-2026`. */
export const careDay: Readonly<Record<string, AnswerSet>> = {
  'B1-K1-W1/behaviour': {
    plain: plain(4),
    good: answer(
      'GVVV',
      'Voor zeven uur had de kandidaat alle rapportages van de nacht al gelezen. Bij mevrouw op kamer 12 was de ademhaling onrustig geweest; dat wist de kandidaat voordat ik het kon vertellen.',
    ),
    alsoGood: answer(
      'VGGV',
      'Meneer wilde eerst bellen met zijn dochter. De kandidaat draaide de volgorde om, nam ondertussen een andere cliënt en kwam precies op tijd terug. Alle spullen stonden al klaar op de kar.',
    ),
    weak: answer(
      'VVOV',
      'De kandidaat moest drie keer weg om iets te halen: eerst handdoeken, toen een nachthemd en daarna de zalf. Mevrouw zat intussen met een blote bovenrug aan de wastafel en kreeg het koud.',
    ),
  },
  'B1-K1-W1/product': {
    plain: plain(3),
    good: answer(
      'GVG',
      'Een planning waar ik zelf mee had kunnen werken. Per cliënt staat er in één zin waarom die nu aan de beurt is, en wat iemand zelf doet is in een andere kleur gezet.',
    ),
    alsoGood: answer(
      'VGV',
      'De planning laat zien dat de kandidaat de afdeling kent: rond de medicijnronde van half negen staat niets, en de twee cliënten die een tillift delen, staan niet naast elkaar.',
    ),
    weak: answer(
      'VVO',
      'Nergens staat wat de cliënt zelf nog doet. Bij alle vijf cliënten staat alleen "wassen en kleden". Daardoor nam de invaller taken over die mevrouw prima zelf kan.',
    ),
  },
  'B1-K1-W2/behaviour': {
    plain: plain(6),
    good: answer(
      'GVGVVV',
      'Meneer praat nauwelijks sinds zijn beroerte. De kandidaat noemde elke stap, wachtte op zijn knikje en ging dan pas verder. Zijn overhemd mocht hij zelf dichtdoen, ook al duurde dat vijf minuten.',
    ),
    alsoGood: answer(
      'VVVGVG',
      'De kandidaat zag een beginnende rode plek op de linkerhiel, liet mij meekijken en legde direct een kussen onder de kuit. Bij het weggaan lagen bel, bril en drinken binnen handbereik.',
    ),
    weak: answer(
      'VOVVOV',
      'Het gordijn bleef half open terwijl de buurman bezoek had. Ook stond het bed te laag en tilde de kandidaat met een kromme rug. Na een aanwijzing van mij ging het bed omhoog, maar bij de volgende cliënt gebeurde hetzelfde.',
    ),
  },
  'B1-K1-W3/behaviour': {
    plain: plain(5),
    good: answer(
      'VGVGV',
      'Bij het injecteren volgde de kandidaat het protocol stap voor stap en legde uit waarom de vorige prikplek werd overgeslagen. Toen mevrouw haar adem inhield, stopte de kandidaat even en vroeg of het ging.',
    ),
    alsoGood: answer(
      'GVVVG',
      'Naam en geboortedatum werden gevraagd, ook al kent iedereen hier elkaar. De wond zag er anders uit dan in het plan stond; de kandidaat belde de wijkverpleegkundige en wachtte haar antwoord af.',
    ),
    weak: answer(
      'OVOVV',
      'De identiteit is niet gecontroleerd. Daarna pakte de kandidaat met dezelfde handschoenen eerst het vuile verband en toen de schone gazen. Wij hebben het materiaal weggegooid en zijn opnieuw begonnen.',
    ),
  },
  'B1-K1-W3/product': {
    plain: plain(3),
    good: answer(
      'VGV',
      'In de rapportage lees je wat er gedaan is, dat meneer er duizelig van werd en dat de avonddienst zijn bloeddruk nog een keer moet meten. Kort en volledig.',
    ),
    weak: answer(
      'OVV',
      'De aftekenlijst was aan het begin van de ochtend al helemaal ingevuld, ook voor medicijnen die pas om twaalf uur gegeven worden. Dat is gevaarlijk en mag niet.',
    ),
  },
};

/** Component ref → answers, for the unit `EX2` of `ZDB-2026`. */
export const careGuidance: Readonly<Record<string, AnswerSet>> = {
  'B1-K2-W1/behaviour': {
    plain: plain(4),
    good: answer(
      'VGVG',
      'Er vielen stiltes en die mochten er zijn. Daardoor vertelde mevrouw voor het eerst dat ze haar hond mist. De zoon antwoordde steeds voor haar; de kandidaat bleef vriendelijk naar mevrouw kijken en stelde de vraag nog eens aan haar.',
    ),
    weak: answer(
      'OVVV',
      'Het gesprek over incontinentie werd gevoerd aan de grote tafel in de huiskamer. Twee medebewoners luisterden mee. De vragen zelf waren goed, maar de plek kan echt niet.',
    ),
  },
  'B1-K2-W1/product': {
    plain: plain(3),
    good: answer(
      'GVV',
      'Ik hoor mevrouw praten als ik dit verslag lees. "Niet voor negenen uit bed, ik heb mijn hele leven vroeg gemolken" staat er letterlijk in.',
    ),
    weak: answer(
      'VOO',
      'Feiten en meningen lopen door elkaar: "mevrouw is eenzaam en koppig". Bij de wensen staat dat er naar gekeken wordt, maar niet door wie of wanneer.',
    ),
  },
  'B1-K2-W2/behaviour': {
    plain: plain(4),
    good: answer(
      'GVGV',
      'Iedere bewoner kreeg een persoonlijke uitnodiging op de kamer. Meneer die nooit iets zegt, mocht de nummers van het bingospel draaien en zat te stralen.',
    ),
    weak: answer(
      'VVOO',
      'Twee deelnemers kregen bijna alle aandacht. Toen mevrouw het knippen niet lukte, werd dat niet gezien en legde ze de schaar weg. Na een kwartier viel ze in slaap.',
    ),
  },
  'B1-K2-W2/product': {
    plain: plain(3),
    good: answer(
      'VGG',
      'Het regende, dus de wandeling ging niet door. In het plan stond een beweegspel met ballonnen als plan B, met materiaal en al. In de evaluatie staan uitspraken van vier deelnemers.',
    ),
    weak: answer(
      'OVV',
      'Het doel in het plan is "een leuk schilderij maken". Dat zegt niets over wat de deelnemers eraan hebben. In ons gesprek kon de kandidaat het ook niet anders verwoorden.',
    ),
  },
  'B1-K2-W3/behaviour': {
    plain: plain(5),
    good: answer(
      'GGVVV',
      'Mevrouw riep om haar moeder en wilde naar buiten. De kandidaat ging op ooghoogte zitten, praatte zacht en ontdekte dat ze naar het toilet moest. Binnen tien minuten was het weer rustig.',
    ),
    weak: answer(
      'VVOOV',
      'Toen meneer met zijn stok zwaaide, bleef de kandidaat tussen hem en de andere bewoners staan zonder hulp te roepen. Ik heb zelf op de alarmknop gedrukt. Rustig blijven lukte wel.',
    ),
  },
};

/** Component ref → answers, for the unit `EX3` of `ZDB-2026`. */
export const careTeamwork: Readonly<Record<string, AnswerSet>> = {
  'B1-K3-W1/behaviour': {
    plain: plain(4),
    good: answer(
      'GVVV',
      'Binnen één minuut wist ik wat ik moest weten: valpartij om zes uur, arts gebeld, elk uur kijken. De gewone dingen kwamen daarna.',
    ),
    weak: answer(
      'VOVO',
      'In de gang werd over een cliënt gezegd dat die "weer eens lastig" was. Bezoekers stonden op twee meter. De inhoud van de overdracht klopte verder.',
    ),
  },
  'B1-K3-W1/product': {
    plain: plain(3),
    good: answer(
      'VVG',
      'Aan de rapportage is de hele week te volgen: van moe, naar minder eten, naar koorts. Door deze beschrijving hebben wij op tijd aan een longontsteking gedacht.',
    ),
    weak: answer(
      'OVO',
      'Van de twee rapportages die ik koos, stond er een bij de verkeerde cliënt. In de andere staat "gaat goed", net als op de drie dagen ervoor, terwijl mevrouw die dag niet uit bed kwam.',
    ),
  },
  'B1-K3-W2/behaviour': {
    plain: plain(3),
    good: answer(
      'VGG',
      'Zonder dat ik ernaar vroeg, vertelde de kandidaat over een vergeten oogdruppel en wat er nu anders gaat: een wekker op het horloge. Een collega kreeg rustig te horen dat de deur openstond.',
    ),
    weak: answer(
      'OVV',
      'Op mijn tips kwam elke keer "ja maar". De kandidaat vroeg tijdens acht weken stage niet één keer uit zichzelf hoe het ging.',
    ),
  },
  'B1-K3-W2/product': {
    plain: plain(3),
    good: answer(
      'GVV',
      'Twee herkenbare situaties, helder beschreven en zonder gegevens van cliënten. Vooral het stuk over afscheid nemen van een bewoner laat groei zien.',
    ),
    weak: answer(
      'VVO',
      'De leerdoelen zijn te vaag: "zelfverzekerder worden" en "beter plannen". Ik kan over een half jaar niet zien of dat gelukt is.',
    ),
  },
};

/** Component ref → answers, for the unit `EX1` of `KEU-2026`. */
export const kitchen: Readonly<Record<string, AnswerSet>> = {
  'B1-K1-W1/behaviour': {
    plain: plain(3),
    good: answer(
      'VGV',
      'De kandidaat las de bonnen twee keer en vroeg mij hoe het zat met de notenallergie aan tafel vier. Precies wat ik wil zien.',
    ),
    alsoGood: answer(
      'GVG',
      'Schone buis, haren weg, handen gewassen na elke pauze. Met het mes werkt de kandidaat rustig en veilig, ook toen het druk werd.',
    ),
    weak: answer(
      'VVO',
      'De vingers stonden gestrekt bij het snijden van de venkel en de rode plank werd gebruikt voor groente. Ik heb het werk even stilgelegd.',
    ),
  },
  'B1-K1-W1/product': {
    plain: plain(2),
    good: answer(
      'GV',
      'Alles stond om half vijf klaar, afgedekt en met een datum erop. Zelfs de reserve voor de garnering was geteld.',
    ),
    weak: answer(
      'OV',
      'Van de drie bakjes die ik pakte, hadden er twee geen datum. De crème fraîche stond open naast de kachel.',
    ),
  },
  'B1-K1-W2/behaviour': {
    plain: plain(3),
    good: answer(
      'GGV',
      'Steeds een schone lepel, steeds proeven. De saus werd met een beetje citroen weer fris, terwijl de aardappels op tijd van het vuur gingen.',
    ),
    alsoGood: answer(
      'VVG',
      'De kip werd apart gehouden en de thermometer kwam vanzelf tevoorschijn. De kandidaat wist de temperatuur uit het hoofd en schreef die op de lijst.',
    ),
    weak: answer(
      'OVO',
      'Er is niet geproefd en de kerntemperatuur van de varkensrollade is niet gemeten. Op mijn vraag welke temperatuur nodig is, kwam geen antwoord.',
    ),
  },
  'B1-K1-W2/product': {
    plain: plain(3),
    good: answer(
      'GVG',
      'Een bord om trots op te zijn: krokante huid, mooie jus en strak opgemaakt. De gast van tafel zes kwam zelf naar de keuken om het te zeggen.',
    ),
    alsoGood: answer(
      'VGV',
      'De zalm was van binnen nog net glazig en de groene asperges hadden beet. Een snufje zout minder had gemogen, maar dat is smaak.',
    ),
    weak: answer(
      'VOV',
      'De smaak van de saus was goed, maar de kalfsoester was grijs en droog. De wortels waren zo zacht dat ze uit elkaar vielen.',
    ),
  },
  'B1-K1-W3/behaviour': {
    plain: plain(3),
    good: answer(
      'VVG',
      'De ochtendploeg appte mij de volgende dag: "wie had er gisteren dienst, alles stond klaar?" Dat zegt genoeg.',
    ),
    weak: answer(
      'VOV',
      'De soep stond om elf uur nog lauw op het fornuis. Terugkoelen en datum erop was nog niet gebeurd toen de kandidaat zich wilde omkleden.',
    ),
  },
};

/**
 * A form over the components of a unit, in their order.
 *
 * @param flavours one per component; `null` leaves a component out (it belongs to another examiner).
 * @throws RangeError when the number of flavours differs, or a component has no such answer.
 */
export function fillIn(sets: Readonly<Record<string, AnswerSet>>, flavours: readonly (Flavour | null)[]): DemoAnswers {
  const refs = Object.keys(sets);
  if (refs.length !== flavours.length) throw new RangeError(`${refs.length} components, ${flavours.length} answers`);
  const chosen: Record<string, DemoAnswer> = {};
  refs.forEach((ref, index) => {
    const flavour = flavours[index];
    if (!flavour) return;
    const found = sets[ref]?.[flavour];
    if (!found) throw new RangeError(`no answer ${flavour} for ${ref}`);
    chosen[ref] = found;
  });
  return chosen;
}

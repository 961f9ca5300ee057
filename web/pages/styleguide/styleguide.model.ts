/** Invented data for the style guide: every state of every building block. */
export function styleguideModel() {
  return {
    crumbs: [{ href: '/voorbeeld', label: 'Overzicht' }, { label: 'Bouwstenen' }],
    errors: [
      { field: 'justification', message: 'Vul een onderbouwing in bij Gedragsobservatie. U gaf één keer een O.' },
      { field: 'criterion-3', message: 'Kies O, V of G bij criterium 3.' },
      { field: 'email', message: 'Vul een e-mailadres in zoals naam@school.example.' },
    ],
    steps: [
      { label: 'Examen', href: '/voorbeeld', isDone: true },
      { label: 'Studenten', isCurrent: true },
      { label: 'Examinatoren' },
      { label: 'Uitnodigen' },
    ],
    filters: [
      { href: '/voorbeeld', label: 'Beoordeeld', count: 47, isCurrent: true },
      { href: '/voorbeeld', label: 'Voorlopig', count: 1112, isCurrent: false },
      { href: '/voorbeeld', label: 'Uitgenodigd', count: 63, isCurrent: false },
      { href: '/voorbeeld', label: 'Terug naar examinator', count: 0, isCurrent: false },
      { href: '/voorbeeld', label: 'Met opmerking', count: 9, isCurrent: false, icon: 'flag' },
    ],
    tabs: [
      { href: '/voorbeeld', label: 'Beoordelingen', isCurrent: true },
      { href: '/voorbeeld', label: 'Examinatoren', count: 2, isCurrent: false },
      { href: '/voorbeeld', label: 'Geschiedenis', isCurrent: false },
    ],
    options: [
      { value: 'a', label: 'B1-K1 Bieden van zorg' },
      { value: 'b', label: 'B1-K2 Werken aan kwaliteit' },
    ],
    columns: [
      { label: 'Kiezen', isHidden: true },
      { label: 'Student' },
      { label: 'Examen' },
      { label: 'Uitkomst' },
      { label: 'Status' },
      { label: 'Klaar sinds' },
    ],
    rows: queueRows(),
    facts: [
      { label: 'Student', value: 'Student 2301', detail: '2301 · groep VZ3A' },
      { label: 'Examen', value: 'B1-K1 Bieden van zorg en ondersteuning', href: '/voorbeeld' },
      { label: 'Inleveren uiterlijk', value: 'vr 4 december 2026' },
    ],
    statuses: ['draft', 'invited', 'inProgress', 'assessed', 'returned', 'final', 'cancelled'],
    deliveries: [
      'queued',
      'sent',
      'delivered',
      'bounced',
      'opened',
      'started',
      'finished',
      'declined',
      'withdrawn',
      'expired',
    ],
    events: [
      {
        at: '2026-11-24T13:02:00Z',
        text: 'Beoordeling vastgesteld',
        who: 'Commissielid A',
        icon: 'badge-check',
        tone: 'ok',
      },
      {
        at: '2026-11-23T09:15:00Z',
        text: 'Teruggestuurd',
        detail: 'Reden: onderbouwing bij W2 ontbreekt.',
        who: 'Commissielid A',
        icon: 'undo-2',
        tone: 'attention',
      },
      { at: '2026-11-22T08:00:00Z', text: 'Geopend door examinator B', icon: 'mail-open', tone: 'info' },
      { at: '2026-11-21T16:30:00Z', text: 'Uitnodiging verstuurd', icon: 'send' },
    ],
    cards: [
      {
        href: '/voorbeeld',
        title: 'Student 2301',
        text: 'B1-K1 Bieden van zorg',
        meta: 'inleveren uiterlijk vr 4 december',
        status: 'inProgress',
      },
      { href: '/voorbeeld', title: 'Verzorgende-IG', text: 'Basis · crebo 99999 · versie 2026.1', icon: 'file-text' },
      {
        href: '/voorbeeld',
        title: 'Examinator B',
        text: 'Zorggroep Voorbeeld',
        pill: { text: 'Praktijk', tone: 'practice', icon: 'building-2' },
      },
    ],
    criteria: criteria(),
    justification:
      'Bij mevrouw in kamer 12 vroeg zij steeds of het zo goed was en wachtte zij op antwoord (criterium 2).',
    levels: [
      { value: 'all', label: 'Het hele examen' },
      { value: 'process', label: 'Een werkproces', hint: 'U kiest hierna welk werkproces.' },
      { value: 'part', label: 'Een onderdeel' },
    ],
    days: [
      { value: '3', label: 'drie werkdagen van tevoren', isChecked: true },
      { value: '1', label: 'één werkdag van tevoren' },
    ],
  };
}

function queueRows() {
  const row = { exam: 'B1-K1 Bieden van zorg', detail: '2 examinatoren, poging 1', flag: '', isChosen: false };
  return [
    {
      ...row,
      student: 'Student 2301',
      number: '2301',
      group: 'VZ3A',
      score: 'G',
      gradeTenths: 82,
      status: 'assessed',
      since: '2026-11-17',
      waited: '5 werkdagen',
      isChosen: true,
    },
    {
      ...row,
      student: 'Student 2317',
      number: '2317',
      group: 'VZ3A',
      score: 'V',
      gradeTenths: 68,
      status: 'final',
      since: '2026-11-18',
      waited: '4 werkdagen',
    },
    {
      ...row,
      student: 'Student 2322',
      number: '2322',
      group: 'VZ3B',
      score: 'O',
      gradeTenths: 49,
      status: 'returned',
      since: '2026-11-18',
      waited: '4 werkdagen',
      flag: '1× O bij W2, productbeoordeling',
    },
  ];
}

function criteria() {
  const explanation = 'Let op wat de student zegt én doet, en of zij wacht op een antwoord.';
  return [
    { id: 'criterion-1', number: 1, text: 'Legt uit wat zij gaat doen en vraagt toestemming', value: 'V', explanation },
    {
      id: 'criterion-2',
      number: 2,
      text: 'Houdt rekening met de gewoonten en de privacy van de cliënt',
      value: 'G',
      explanation,
    },
    { id: 'criterion-3', number: 3, text: 'Werkt volgens het hygiëneprotocol', value: '', explanation: '' },
    { id: 'criterion-4', number: 4, text: 'Rondt de zorg af en ruimt op', value: 'O', explanation: '' },
  ];
}

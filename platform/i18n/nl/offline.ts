/** Texts about working without a connection. */
export const offline = {
  sign: {
    kept: 'Niet verbonden, bewaard op dit toestel.',
    copy: 'Niet verbonden. Dit is de versie op dit toestel. U kunt gewoon doorgaan.',
    full: 'Niet verbonden, en dit toestel is vol. Laat deze pagina open. Wij proberen het opnieuw.',
    none: 'Niet verbonden, en dit toestel bewaart niets. Laat deze pagina open. Wij proberen het opnieuw.',
    waiting: 'Bewaard op dit toestel',
    back: 'Weer verbonden. Alles is opgeslagen.',
    leftover: 'Wat u eerder zonder verbinding invulde, is nu opgeslagen.',
    signedOut: 'Open de link in de mail opnieuw; uw tekst staat hier nog.',
    notTaken:
      'Dit formulier is intussen teruggestuurd. Een deel van uw tekst hoort bij een onderdeel dat niet meer open staat. De tekst staat hier nog. Ververs de pagina om te zien wat open staat.',
    finishNeeds: 'Controleren en afronden kan als u weer verbinding hebt. Wat u invulde, is bewaard.',
    needs: 'Dit kan als u weer verbinding hebt. Wat u invulde, is bewaard.',
    fullOnline:
      'Dit toestel is vol. Zonder verbinding kunnen wij hier niets bewaren. Met verbinding gaat opslaan gewoon door.',
    noneOnline: 'Dit toestel bewaart niets voor deze website. Met verbinding gaat opslaan gewoon door.',
  },
  device: {
    title: 'Op dit toestel',
    text: 'Dit formulier en uw tekst staan versleuteld op dit toestel, zodat u ook zonder verbinding verder kunt. Na het afronden verdwijnt dat vanzelf.',
    unsent: 'Er staat nog tekst op dit toestel die niet verstuurd is.',
    remove: 'Verwijder van dit toestel',
    removeText: 'Wat is opgeslagen bij de school blijft staan. Alleen de kopie op dit toestel gaat weg.',
    confirm: 'Er staat nog tekst die niet verstuurd is. Die gaat dan verloren. Toch verwijderen?',
    removed: 'De kopie op dit toestel is verwijderd.',
  },
  unsent: {
    title: 'Op dit toestel stond nog tekst',
    text: 'Deze tekst was nog niet verstuurd toen het formulier werd afgerond of gesloten. De tekst telt niet mee. Kopieer wat u nodig hebt.',
  },
  page: {
    title: 'Niet verbonden',
    missing: 'Dit formulier staat niet op dit toestel. Zorg voor verbinding en probeer het opnieuw.',
    needs: 'Voor deze pagina is verbinding nodig. Wat u eerder invulde, is bewaard.',
    notFinished:
      'Wij kregen geen antwoord. Uw antwoorden zijn opgeslagen. Kies Opnieuw proberen om te zien of het afronden gelukt is.',
    list: 'Zonder verbinding kunt u verder met de formulieren die op dit toestel staan.',
    empty: 'Er staan geen formulieren op dit toestel. Open een formulier een keer met verbinding.',
    forms: 'Formulieren op dit toestel',
    hasWords: 'nog niet alles verstuurd',
    retry: 'Opnieuw proberen',
    help: 'Tip: zet wifi of mobiele data aan, of ga naar een plek met beter bereik.',
  },
};

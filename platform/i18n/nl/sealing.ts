/** Texts about the seal of documents, on the pages where somebody decides. */
export const sealing = {
  waits: {
    SEAL_MISSING: 'Het bestand met het certificaat van het zegel is niet te lezen.',
    SEAL_WRONG_PASSWORD: 'Het wachtwoord van het certificaat van het zegel klopt niet.',
    SEAL_UNUSABLE: 'Het certificaat van het zegel is niet te gebruiken.',
    SEAL_EXPIRED: 'Het certificaat van het zegel is verlopen op {{day}}.',
    SEAL_NOT_YET_VALID: 'Het certificaat van het zegel is pas geldig vanaf {{day}}.',
  },
  meanwhile:
    'U kunt vaststellen, maar de pdf wordt pas gemaakt en verstuurd als de beheerder dit heeft verholpen. Daarna gaat het vanzelf verder.',
  endsSoon:
    'Het certificaat van het zegel verloopt op {{day}}. Vraag de beheerder om een nieuw certificaat: daarna wachten documenten.',
  /** Why a document is not made yet, in its dossier. */
  reason: {
    SEAL_MISSING:
      'Het certificaat van het zegel ontbreekt. De beheerder moet het terugzetten; daarna gaat het vanzelf verder.',
    SEAL_WRONG_PASSWORD:
      'Het wachtwoord van het zegel klopt niet. De beheerder moet het verbeteren; daarna gaat het vanzelf verder.',
    SEAL_UNUSABLE:
      'Het certificaat van het zegel is niet te gebruiken. De beheerder moet een ander instellen; daarna gaat het vanzelf verder.',
    SEAL_EXPIRED:
      'Het certificaat van het zegel is verlopen. De beheerder moet een nieuw instellen; daarna gaat het vanzelf verder.',
    SEAL_NOT_YET_VALID: 'Het certificaat van het zegel is nog niet geldig. Daarna gaat het vanzelf verder.',
    SEAL_TIMESTAMP_FAILED: 'De dienst die de tijd bevestigt, antwoordt niet. Het wordt vanzelf opnieuw geprobeerd.',
  },
};

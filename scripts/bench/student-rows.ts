/** Students of several large schools, with names as they occur: a few that many have, and many that few have. */
import type pg from 'pg';
import { searchable } from '../../domain/school.ts';

const GIVEN =
  'Noor Emma Julia Mila Tess Sophie Zoë Sara Nora Lotte Saar Eva Lieke Anna Fleur Liam Noah Lucas Sem Daan Finn Levi Luuk Mees James Milan Sam Bram Thijs Ömer Chloé Jesse Ruben Jasmijn Elif Femke Sanne Jan Pieter Marjan Anouk Iris Roos'.split(
    ' ',
  );
const COMMON =
  'de Jong,Jansen,de Vries,van den Berg,van Dijk,Bakker,Janssen,Visser,Smit,Meijer,de Boer,Mulder,de Groot,Bos,Vos,Peters,Hendriks,van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Hoekstra,Timmermans,Verhoeven,Çelik,Yılmaz,Kaya'.split(
    ',',
  );
const BEGINNINGS =
  'ba be bo da de do fa ga ha hoe ka ke la le loo ma mei na nij pa ra rij sa schaa stee ta uy va vee wa wij za zee'.split(
    ' ',
  );
const ENDINGS = 'sma stra ker huis veld berg man sen mans horst dam beek inga ing ink kamp oord en ers'.split(' ');
/** One in three has a name that many have. */
const COMMON_SHARE = 0.35;
const ROWS_AT_ONCE = 5_000;

export interface BenchStudent {
  readonly number: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
}

/** The same names every time (a linear congruential generator, Numerical Recipes). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** @param from first student number */
export function inventStudents(count: number, from: number): BenchStudent[] {
  const random = createRandom(from);
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? '';
  return Array.from({ length: count }, (_, index) => {
    const givenName = pick(GIVEN);
    const rare = `${pick(BEGINNINGS)}${pick(BEGINNINGS)}${pick(ENDINGS)}`;
    const familyName = random() < COMMON_SHARE ? pick(COMMON) : `${rare.slice(0, 1).toUpperCase()}${rare.slice(1)}`;
    const number = String(from + index);
    const email = `${searchable(givenName, familyName).replace(/[^a-z]+/g, '.')}${number}@student.example`;
    return { number, email, givenName, familyName };
  });
}

/** Writes them to a school, which is made when there is none with this id. */
export async function fillStudents(
  client: pg.Client,
  schoolId: string,
  students: readonly BenchStudent[],
): Promise<void> {
  await client.query(
    `INSERT INTO school (id, slug, name, branding, settings) VALUES ($1::uuid, 'bench-' || ($1::uuid)::text, 'Bench', '{}', '{}')
     ON CONFLICT DO NOTHING`,
    [schoolId],
  );
  for (let start = 0; start < students.length; start += ROWS_AT_ONCE) {
    const rows = students.slice(start, start + ROWS_AT_ONCE).map((student) => ({
      ...student,
      searchText: searchable(student.givenName, student.familyName, student.number, student.email),
    }));
    await client.query(
      `INSERT INTO student (id, school_id, number, email, given_name, family_name, search_text)
       SELECT gen_random_uuid(), $1::uuid, given.number, given.email, given."givenName", given."familyName", given."searchText"
       FROM jsonb_to_recordset($2::jsonb)
         AS given(number text, email text, "givenName" text, "familyName" text, "searchText" text)
       ON CONFLICT DO NOTHING`,
      [schoolId, JSON.stringify(rows)],
    );
  }
}

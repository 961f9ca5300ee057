-- What keeps a school from being anchored; and results from before there was publication.

-- CreateTable
CREATE TABLE "anchor_trouble" (
    "school_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "anchor_trouble_pkey" PRIMARY KEY ("school_id")
);

-- Decided when nothing could be held back: published with the decision, as events fold now (domain/deciding-evolve.ts).
WITH decided AS (
  SELECT DISTINCT ON (event.stream_id) event.stream_id, event.body::jsonb -> 'version' AS version, event.at
  FROM stream JOIN event ON event.stream_id = stream.id
  WHERE stream.kind = 'assessment' AND NOT jsonb_exists(stream.state, 'published')
    AND event.type = 'AssessmentFinalised' AND NOT jsonb_exists(event.body::jsonb, 'publishAt')
  ORDER BY event.stream_id, event.seq DESC)
UPDATE stream SET state = state || jsonb_build_object('published', jsonb_build_object('version', decided.version,
  'at', to_char(decided.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
FROM decided WHERE stream.id = decided.stream_id;

UPDATE assessment SET published_version = (stream.state #>> '{published,version}')::int,
  published_at = (stream.state #>> '{published,at}')::timestamptz
FROM stream
WHERE stream.id = assessment.id AND assessment.published_version = 0 AND jsonb_exists(stream.state, 'published');

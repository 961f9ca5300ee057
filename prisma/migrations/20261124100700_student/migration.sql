-- Students who sign in: requests of who has no account yet, own data that were checked, exams they prepare for.

-- AlterTable
ALTER TABLE "sign_in" ADD COLUMN     "email" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "is_registration" BOOLEAN NOT NULL DEFAULT false,
ALTER COLUMN "account_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "student" ADD COLUMN     "confirmed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "student_exam" (
    "school_id" UUID NOT NULL,
    "student_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "student_exam_pkey" PRIMARY KEY ("student_id","exam_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "student_school_id_account_id_key" ON "student"("school_id", "account_id");

-- AddForeignKey
ALTER TABLE "student_exam" ADD CONSTRAINT "student_exam_school_id_student_id_fkey" FOREIGN KEY ("school_id", "student_id") REFERENCES "student"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "student_exam" ADD CONSTRAINT "student_exam_school_id_exam_id_fkey" FOREIGN KEY ("school_id", "exam_id") REFERENCES "exam"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Who types an address to sign in is looked up at every school at once.
CREATE INDEX student_address ON student (lower(email));
-- Of the students of an account, wherever they are.
CREATE INDEX student_account ON student (account_id) WHERE account_id IS NOT NULL;
-- Whoever asks has an account, or an address that will get one.
ALTER TABLE sign_in ADD CONSTRAINT sign_in_has_person CHECK (account_id IS NOT NULL OR email <> '');

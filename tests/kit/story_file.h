/* Stories that stand in files of their own, beside the test that runs them. */
#ifndef KONTOR_KIT_STORY_FILE_H
#define KONTOR_KIT_STORY_FILE_H

/* Runs the story at that path below the source tree (KONTOR_ROOT) after STORY_SETUP, on both
 * stores. */
void story_file(const char *path);

#endif

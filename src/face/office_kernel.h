/* Faces of areas that lie below this layer (work, jobs, access, the house itself), and the pages
 * that belong to no area. */
#ifndef KONTOR_FACE_OFFICE_KERNEL_H
#define KONTOR_FACE_OFFICE_KERNEL_H

#include "face/page.h"

struct office_kernel_face {
    const char *area;
    const struct area_face *face;
};
extern const struct office_kernel_face office_kernel_faces[];
extern const size_t n_office_kernel_faces;

/* Pages beside /office: "inbox". */
extern const struct page office_doors[];
extern const size_t n_office_doors;

#endif

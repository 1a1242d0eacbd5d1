# Compiles locale/*.po and puts the catalogues into the library, so that the program is one file. For each language:
#     extern const unsigned char locale_xx_mo[], locale_xx_mo_end[];
#     extern const uint64_t locale_xx_mo_size;
# A language whose .po is not there has an empty catalogue of size 0.
find_program(MSGFMT msgfmt REQUIRED)
file(GLOB po_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/locale/*.po)
set(languages es hi id)
foreach(po IN LISTS po_files)
    get_filename_component(language ${po} NAME_WE)
    list(APPEND languages ${language})
endforeach()
list(REMOVE_DUPLICATES languages)
list(REMOVE_ITEM languages en) # the source text

set(stub "")
set(catalogues "")
foreach(language IN LISTS languages)
    set(po ${PROJECT_SOURCE_DIR}/locale/${language}.po)
    set(mo ${PROJECT_BINARY_DIR}/locale/${language}.mo)
    string(APPEND stub "\n    .balign 8\n    .global locale_${language}_mo\nlocale_${language}_mo:\n")
    if(EXISTS ${po})
        add_custom_command(OUTPUT ${mo} DEPENDS ${po} VERBATIM
            COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/locale
            COMMAND ${MSGFMT} -c -o ${mo} ${po})
        list(APPEND catalogues ${mo})
        string(APPEND stub "    .incbin \"${mo}\"\n")
    endif()
    string(APPEND stub "    .global locale_${language}_mo_end\nlocale_${language}_mo_end:\n    .byte 0\n"
        "    .balign 8\n    .global locale_${language}_mo_size\n"
        "locale_${language}_mo_size:\n    .quad locale_${language}_mo_end - locale_${language}_mo\n")
endforeach()

set(KONTOR_LOCALE_STUB ${PROJECT_BINARY_DIR}/locale_stub.S)
file(CONFIGURE OUTPUT ${KONTOR_LOCALE_STUB} @ONLY CONTENT
"/* Made by cmake/locale.cmake. */
    .section .rodata
@stub@
    .section .note.GNU-stack,\"\",%progbits
")
set_source_files_properties(${KONTOR_LOCALE_STUB} PROPERTIES OBJECT_DEPENDS "${catalogues}")

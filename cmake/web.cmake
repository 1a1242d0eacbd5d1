# Styles, scripts and icons: web/ -> build/web/assets.S (the bytes) and assets.c (the table of src/face/asset.h), by
# web/build.mjs. Needs Node.js and web/node_modules, which script/setup installs by web/package-lock.json.
find_program(NODE NAMES node nodejs)
if(NOT NODE)
    message(FATAL_ERROR "Node.js is missing: run script/setup")
endif()
if(NOT EXISTS ${PROJECT_SOURCE_DIR}/web/node_modules/esbuild)
    message(FATAL_ERROR "web/node_modules is missing: run script/setup")
endif()
file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/office/*.ts
    ${PROJECT_SOURCE_DIR}/web/style/*.css ${PROJECT_SOURCE_DIR}/web/icons/*.svg)
set(web ${PROJECT_BINARY_DIR}/web)
file(MAKE_DIRECTORY ${web})
add_custom_command(OUTPUT ${web}/assets.S ${web}/assets.c VERBATIM
    COMMAND ${NODE} ${PROJECT_SOURCE_DIR}/web/build.mjs ${web}
    DEPENDS ${web_sources} ${PROJECT_SOURCE_DIR}/web/build.mjs ${PROJECT_SOURCE_DIR}/web/mark.mjs
        ${PROJECT_SOURCE_DIR}/web/package-lock.json
    COMMENT "Building styles, scripts and icons")
# The assembler's program does not know of what .incbin reads.
set_source_files_properties(${web}/assets.S PROPERTIES OBJECT_DEPENDS ${web}/assets.c)
set(KONTOR_WEB ${web}/assets.S ${web}/assets.c)

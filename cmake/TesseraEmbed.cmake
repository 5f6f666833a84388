# tessera_embed(<target> <file> <name>): the bytes of a file become part of a library, so that nothing has to be found
# when the program runs. C++ sees them as
#   extern "C" const char tessera_<name>[];  extern "C" const unsigned long tessera_<name>_size;
function(tessera_embed target file name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}_bytes.cpp)
  get_filename_component(file ${file} ABSOLUTE)
  set(script ${PROJECT_SOURCE_DIR}/cmake/TesseraEmbed.cmake)
  add_custom_command(OUTPUT ${source} DEPENDS ${file} ${script} VERBATIM
    COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DOUTPUT=${source} -DNAME=${name} -P ${script})
  target_sources(${target} PRIVATE ${source})
  set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# Run as a script, it writes that source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${INPUT} digits HEX)
  string(LENGTH "${digits}" size)
  math(EXPR size "${size} / 2")
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${digits}")
  file(WRITE ${OUTPUT}
    "extern \"C\" const char tessera_${NAME}[];\nextern \"C\" const unsigned long tessera_${NAME}_size;\n"
    "const char tessera_${NAME}[] = \"${bytes}\";\nconst unsigned long tessera_${NAME}_size = ${size};\n")
endif()

# `cmake --install` puts the programs, the rooms as static libraries with their headers, the engine, and a package that
# find_package(rag) finds: target_link_libraries(mine PRIVATE rag::pipelines).
include(CMakePackageConfigHelpers)
set(rooms core ingest models index retrieve generate pipelines)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rag)

foreach(room ${rooms})
  install(TARGETS rag_${room} EXPORT rag_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/rag)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rag FILES_MATCHING PATTERN "*.h"
          PATTERN torch EXCLUDE PATTERN child EXCLUDE)
endforeach()
install(EXPORT rag_targets NAMESPACE rag:: DESTINATION ${package_dir})
if(TARGET rag)
  install(TARGETS rag RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET rag-parse)
  install(TARGETS rag-parse RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR}/rag)
endif()
if(TARGET rag-limit)
  install(TARGETS rag-limit RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR}/rag)
endif()
if(TARGET rag_torch)
  install(TARGETS rag_torch LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/rag)
endif()
set(RAG_COMPANIONS ${CMAKE_INSTALL_LIBDIR}/rag)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/rag-config.cmake.in ${CMAKE_BINARY_DIR}/rag-config.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS RAG_COMPANIONS)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/rag-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/rag-config.cmake ${CMAKE_BINARY_DIR}/rag-config-version.cmake ${PROJECT_SOURCE_DIR}/cmake/dependencies.cmake
        DESTINATION ${package_dir})

@echo off
rem The fovea command on Windows. It uses the Java beside it (lib\runtime), else that of JAVA_HOME, else that of PATH; Java 25 or later.
rem FOVEA_JAVA_OPTS adds options of the JVM.
setlocal
set "home=%~dp0"
if not exist "%home%lib" (
  echo fovea: there are no jars in "%home%lib"; build them with: mvn package, and use the folder cli\target\fovea 1>&2
  exit /b 2
)
set "java=%home%lib\runtime\bin\java.exe"
if not exist "%java%" if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
if not exist "%java%" set "java=java.exe"
"%java%" "@%home%bin\java.options" --add-opens=java.base/java.io=ALL-UNNAMED "-Dfovea.home=%home%." %FOVEA_JAVA_OPTS% -cp "%home%lib\*" dev.fovea.cli.Main %*
exit /b %ERRORLEVEL%

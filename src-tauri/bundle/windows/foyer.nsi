; The installer for Windows: for one user, without an administrator.
; makensis -DVERSION= -DEXE= [-DLOADER=] -DICON= -DLICENSES= -DOUT= foyer.nsi
;
; /S   silent          /D=FOLDER   where to (last)
; /R   starts Foyer afterwards    /P, /UPDATE   as the updater calls it: no questions
Target amd64-unicode
Unicode true
SetCompressor /SOLID lzma
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh

!define PRODUCT "Foyer"
!define ID "org.foyer.Foyer"
!define PROGRAM "foyer.exe"
!define KEY "Software\Foyer"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${PRODUCT}"
!define CLASSES "Software\Classes"
; Microsoft's number of the WebView2 runtime.
!define WEBVIEW "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW_LINK "https://go.microsoft.com/fwlink/p/?LinkId=2124703"

Name "${PRODUCT}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${PRODUCT}"
InstallDirRegKey HKCU "${KEY}" ""
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS all
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${PRODUCT}"
VIAddVersionKey "FileDescription" "${PRODUCT} setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "Foyer contributors"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_PAGE_CUSTOMFUNCTION_PRE Ask
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_PAGE_CUSTOMFUNCTION_PRE Ask
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Russian"

LangString OLD ${LANG_ENGLISH} "${PRODUCT} needs Windows 10 or newer."
LangString OLD ${LANG_RUSSIAN} "Для ${PRODUCT} нужна Windows 10 или новее."
LangString RUNS ${LANG_ENGLISH} "${PRODUCT} is running. Close it and try again."
LangString RUNS ${LANG_RUSSIAN} "${PRODUCT} запущен. Закройте его и повторите попытку."
LangString VIEW ${LANG_ENGLISH} "${PRODUCT} shows its window with Microsoft Edge WebView2, which is not on this computer. Open Microsoft's download page? Install it, then start ${PRODUCT}."
LangString VIEW ${LANG_RUSSIAN} "${PRODUCT} показывает окно с помощью Microsoft Edge WebView2, которого на этом компьютере нет. Открыть страницу загрузки Microsoft? Установите его и запустите ${PRODUCT}."
LangString MAIL ${LANG_ENGLISH} "Meeting invitation"
LangString MAIL ${LANG_RUSSIAN} "Приглашение на встречу"

Var Update
Var Start

Function .onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/P" $1
  ${IfNot} ${Errors}
    StrCpy $Update 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/UPDATE" $1
  ${IfNot} ${Errors}
    StrCpy $Update 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/R" $1
  ${IfNot} ${Errors}
    StrCpy $Start 1
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(OLD)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

; An update asks nothing.
Function Ask
  ${If} $Update == 1
    Abort
  ${EndIf}
FunctionEnd

; A program that runs cannot be replaced. An update comes from one that is about to end.
!macro Closed UN
Function ${UN}Closed
  StrCpy $1 0
  again:
    IfFileExists "$INSTDIR\${PROGRAM}" 0 done
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    IfErrors 0 free
    IntOp $1 $1 + 1
    Sleep 250
    IntCmp $1 40 0 again 0
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNS)" /SD IDCANCEL IDRETRY again
    SetErrorLevel 3
    Quit
  free:
    FileClose $0
  done:
FunctionEnd
!macroend
!insertmacro Closed ""
!insertmacro Closed "un."

Section "Install"
  Call Closed
  SetOutPath "$INSTDIR"
  File "/oname=${PROGRAM}" "${EXE}"
  !ifdef LOADER
  File "/oname=WebView2Loader.dll" "${LOADER}"
  !endif
  File "/oname=foyer.ico" "${ICON}"
  SetOutPath "$INSTDIR\licenses"
  File "${LICENSES}\*"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${KEY}" "" "$INSTDIR"

  WriteRegStr HKCU "${CLASSES}\foyer" "" "URL:${PRODUCT}"
  WriteRegStr HKCU "${CLASSES}\foyer" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\foyer\DefaultIcon" "" '"$INSTDIR\${PROGRAM}",0'
  WriteRegStr HKCU "${CLASSES}\foyer\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  ; Offered for invitations, not taken: the calendar program keeps them.
  WriteRegStr HKCU "${CLASSES}\${ID}.ics" "" "$(MAIL)"
  WriteRegStr HKCU "${CLASSES}\${ID}.ics\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CLASSES}\.ics\OpenWithProgids" "${ID}.ics" ""

  ; Whose notifications these are: Windows shows none of a program that it has no name for.
  WriteRegStr HKCU "${CLASSES}\AppUserModelId\${ID}" "DisplayName" "${PRODUCT}"
  WriteRegStr HKCU "${CLASSES}\AppUserModelId\${ID}" "IconUri" "$INSTDIR\foyer.ico"

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${PRODUCT}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "Foyer contributors"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" '"$INSTDIR\${PROGRAM}"'
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" '"$INSTDIR"'
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
  CreateShortcut "$SMPROGRAMS\${PRODUCT}.lnk" "$INSTDIR\${PROGRAM}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
  Call WebView
  ${If} $Start == 1
    Exec '"$INSTDIR\${PROGRAM}"'
  ${EndIf}
SectionEnd

; For this user or for all; Edge's own updater is a 32-bit program.
Function WebView
  SetRegView 32
  ReadRegStr $0 HKLM "SOFTWARE\${WEBVIEW}" "pv"
  SetRegView lastused
  ${If} $0 == ""
    ReadRegStr $0 HKCU "Software\${WEBVIEW}" "pv"
  ${EndIf}
  ${If} $0 == ""
  ${OrIf} $0 == "0.0.0.0"
    MessageBox MB_YESNO|MB_ICONINFORMATION "$(VIEW)" /SD IDNO IDNO done
    ExecShell "open" "${WEBVIEW_LINK}"
    done:
  ${EndIf}
FunctionEnd

Section "Uninstall"
  Call un.Closed
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\WebView2Loader.dll"
  Delete "$INSTDIR\foyer.ico"
  Delete "$INSTDIR\uninstall.exe"
  RMDir /r "$INSTDIR\licenses"
  RMDir "$INSTDIR"
  ; Only if nobody else is in it.
  RMDir "$LOCALAPPDATA\Programs"
  Delete "$SMPROGRAMS\${PRODUCT}.lnk"
  ; Another copy may have taken the links over.
  ReadRegStr $0 HKCU "${CLASSES}\foyer\shell\open\command" ""
  ${If} $0 == '"$INSTDIR\${PROGRAM}" "%1"'
    DeleteRegKey HKCU "${CLASSES}\foyer"
  ${EndIf}
  DeleteRegKey HKCU "${CLASSES}\${ID}.ics"
  DeleteRegValue HKCU "${CLASSES}\.ics\OpenWithProgids" "${ID}.ics"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.ics\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.ics"
  DeleteRegKey HKCU "${CLASSES}\AppUserModelId\${ID}"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "${KEY}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

{{- define "tocsin.labels" -}}
app.kubernetes.io/name: tocsin
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
{{- define "tocsin.scheme" -}}
{{ ternary "https" "http" .Values.metricsTls }}
{{- end -}}
